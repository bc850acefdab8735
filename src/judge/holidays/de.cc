// Holidays of all states of Germany: the states' laws on holidays, of which these nine are common;
// 3 October: Unification Treaty, article 2. 31 October was one in all states in 2017. Those of some
// states only, such as Epiphany or Corpus Christi, can be written beside them.
#include "judge/holidays/holidays.h"

namespace tidemark::judge::holidays {
namespace {

constexpr Holiday kDays[] = {
    {"Neujahr", "01-01"},
    {"Karfreitag", "easter-2"},
    {"Ostermontag", "easter+1"},
    {"Tag der Arbeit", "05-01"},
    {"Christi Himmelfahrt", "easter+39"},
    {"Pfingstmontag", "easter+50"},
    {"Tag der Deutschen Einheit", "10-03", Shift::none, 1990},
    {"Reformationstag", "2017-10-31"},
    {"Erster Weihnachtstag", "12-25"},
    {"Zweiter Weihnachtstag", "12-26"},
};

}  // namespace

extern const Country kGermany;
const Country kGermany{"DE", kDays};

}  // namespace tidemark::judge::holidays
