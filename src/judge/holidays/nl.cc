// Official holidays of the Netherlands: Algemene termijnenwet, article 3, and the Sundays of Easter
// and Pentecost, as the government lists them. Koningsdag is 27 April since 2014, Koninginnedag was
// 30 April, both a day earlier if that is a Sunday (since 1980). Liberation Day is one every year
// since 1990, though few are off but every fifth.
#include "judge/holidays/holidays.h"

namespace tidemark::judge::holidays {
namespace {

constexpr Holiday kDays[] = {
    {"Nieuwjaarsdag", "01-01"},
    {"Goede Vrijdag", "easter-2"},
    {"Eerste paasdag", "easter"},
    {"Tweede paasdag", "easter+1"},
    {"Koninginnedag", "04-30", Shift::sunday_back, 1980, 2013},
    {"Koningsdag", "04-27", Shift::sunday_back, 2014},
    {"Bevrijdingsdag", "05-05", Shift::none, 1990},
    {"Hemelvaartsdag", "easter+39"},
    {"Eerste pinksterdag", "easter+49"},
    {"Tweede pinksterdag", "easter+50"},
    {"Eerste kerstdag", "12-25"},
    {"Tweede kerstdag", "12-26"},
};

}  // namespace

extern const Country kNetherlands;
const Country kNetherlands{"NL", kDays};

}  // namespace tidemark::judge::holidays
