// Fêtes légales of France: Code du travail, article L3133-1. 8 May since 1982. Alsace and Moselle
// have two more, Good Friday and 26 December. Whit Monday was worked from 2005 to 2007, the day of
// solidarity of Loi 2004-626, until Loi 2008-351 left that day to each firm.
#include "judge/holidays/holidays.h"

namespace tidemark::judge::holidays {
namespace {

constexpr Holiday kDays[] = {
    {"Jour de l'an", "01-01"},
    {"Lundi de Pâques", "easter+1"},
    {"Fête du Travail", "05-01"},
    {"Victoire 1945", "05-08", Shift::none, 1982},
    {"Ascension", "easter+39"},
    {"Lundi de Pentecôte", "easter+50", Shift::none, 0, 2004},
    {"Lundi de Pentecôte", "easter+50", Shift::none, 2008},
    {"Fête nationale", "07-14"},
    {"Assomption", "08-15"},
    {"Toussaint", "11-01"},
    {"Armistice", "11-11"},
    {"Noël", "12-25"},
};

}  // namespace

extern const Country kFrance;
const Country kFrance{"FR", kDays};

}  // namespace tidemark::judge::holidays
