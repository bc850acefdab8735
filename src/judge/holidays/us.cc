// Federal holidays of the United States: 5 U.S.C. 6103(a); the day off for one on a weekend:
// 6103(b) and Executive Order 11582. Veterans Day is 11 November since 1978, Martin Luther King's
// since 1986, Juneteenth since 2021. Inauguration Day is one in the capital alone and left out, as
// are days that presidents give by order.
#include "judge/holidays/holidays.h"

namespace tidemark::judge::holidays {
namespace {

constexpr Holiday kDays[] = {
    {"New Year's Day", "01-01", Shift::nearest_weekday},
    {"Birthday of Martin Luther King, Jr.", "3rd mon of jan", Shift::none, 1986},
    {"Washington's Birthday", "3rd mon of feb", Shift::none, 1971},
    {"Memorial Day", "last mon of may", Shift::none, 1971},
    {"Juneteenth", "06-19", Shift::nearest_weekday, 2021},
    {"Independence Day", "07-04", Shift::nearest_weekday},
    {"Labor Day", "1st mon of sep"},
    {"Columbus Day", "2nd mon of oct", Shift::none, 1971},
    {"Veterans Day", "11-11", Shift::nearest_weekday, 1978},
    {"Thanksgiving Day", "4th thu of nov"},
    {"Christmas Day", "12-25", Shift::nearest_weekday},
};

}  // namespace

extern const Country kUnitedStates;
const Country kUnitedStates{"US", kDays};

}  // namespace tidemark::judge::holidays
