// Bank holidays of England and Wales: Banking and Financial Dealings Act 1971, schedule 1, and the
// royal proclamations under it, as https://www.gov.uk/bank-holidays lists them. The early May day
// was moved in 1995 and 2020, the spring one in 2002, 2012 and 2022; the others by proclamation.
#include "judge/holidays/holidays.h"

namespace tidemark::judge::holidays {
namespace {

constexpr Holiday kDays[] = {
    {"New Year's Day", "01-01", Shift::next_monday, 1974},
    {"Good Friday", "easter-2"},
    {"Easter Monday", "easter+1"},
    {"Early May", "1st mon of may", Shift::none, 1978, 1994},
    {"Early May", "1st mon of may", Shift::none, 1996, 2019},
    {"Early May", "1st mon of may", Shift::none, 2021},
    {"Victory in Europe, 50 years", "1995-05-08"},
    {"Victory in Europe, 75 years", "2020-05-08"},
    {"Spring", "last mon of may", Shift::none, 1971, 2001},
    {"Spring", "last mon of may", Shift::none, 2003, 2011},
    {"Spring", "last mon of may", Shift::none, 2013, 2021},
    {"Spring", "last mon of may", Shift::none, 2023},
    {"Golden Jubilee", "2002-06-03/2002-06-04"},
    {"Diamond Jubilee", "2012-06-04/2012-06-05"},
    {"Platinum Jubilee", "2022-06-02/2022-06-03"},
    {"Summer", "last mon of aug", Shift::none, 1971},
    {"Christmas Day", "12-25", Shift::two_days_later},
    {"Boxing Day", "12-26", Shift::two_days_later},
    {"Millennium", "1999-12-31"},
    {"Wedding of Prince William", "2011-04-29"},
    {"State Funeral of Queen Elizabeth II", "2022-09-19"},
    {"Coronation of King Charles III", "2023-05-08"},
};

}  // namespace

extern const Country kEngland;
const Country kEngland{"GB-ENG", kDays};

}  // namespace tidemark::judge::holidays
