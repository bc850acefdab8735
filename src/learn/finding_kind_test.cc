#include "learn/finding_kind.h"

#include <functional>
#include <map>
#include <optional>
#include <set>

#include <gtest/gtest.h>

#include "learn/detect_series.h"
#include "learn/testing_series.h"

namespace tidemark::learn {
namespace {

using namespace std::chrono_literals;

/// A series with the seasons of day and week (of daily slots: of the week), which is ordinary for
/// `history` slots; then `change` bears on it.
struct Case {
  Duration cadence;
  int history;
  int after;
  bool heavy;  // noise of Student's t with 3 degrees of freedom
};
struct Point {
  double level = 200;
  double shape = 0;
  double noise = 0;
  double middle = 0;  // about which the season goes
};
using Change = std::function<double(Point point, int passed)>;

double ordinary(Point point, int /*passed*/) {
  return point.level + point.shape + point.noise;
}

Point point_of(const Slot& slot, const Case& what, Chance& chance) {
  Point out;
  const bool weekend = slot.weekday == 0 || slot.weekday == 6;
  out.noise = 5 * chance.normal();
  if (what.heavy) {
    double squares = 0;
    for (int i = 0; i < 3; ++i)
      squares += std::pow(chance.normal(), 2);
    out.noise /= 1.5 * std::sqrt(squares / 3);
  }
  out.shape = what.cadence < 20h ? daylight(slot) * (weekend ? 60 : 100)
                                 : (weekend ? -40 : 0) + (slot.weekday == 1 ? 20 : 0);
  out.middle = what.cadence < 20h ? 240 : 190;
  return out;
}

/// What was said of a series, from the change on (`early`: before it).
struct Said {
  std::map<FindingKind, int> raised;  // first slot after the change
  std::map<FindingKind, std::int64_t> began;
  std::set<FindingKind> named;
  int episodes = 0;
  int early = 0;
};

Said watch(const Case& what, std::uint64_t seed, const Change& change) {
  DetectOptions options;
  options.k = 3;
  options.cadence_known = true;
  options.config.cadence = what.cadence;
  auto detector = SeriesDetector::make(options).value();
  KindTracker tracker(what.cadence);
  Chance chance(seed);
  Said out;
  const Timestamp changed = test_slot(what.history, what.cadence).start;
  for (int i = 0; i < what.history + what.after; ++i) {
    const Slot slot = test_slot(i, what.cadence);
    const Point point = point_of(slot, what, chance);
    const int passed = i - what.history;
    const double value = passed < 0 ? ordinary(point, 0) : change(point, passed);
    const DetectRow row = detector.next(slot.start, value);
    std::optional<Outlook> outlook;
    std::optional<Edges> usual;
    if (row.has_band) {
      outlook = Outlook{row.expected, {}, {}};
      usual = Edges{row.lower, row.upper};
    }
    tracker.note(slot, value, outlook, usual);
    const auto raised = tracker.raised();
    if (passed < 0) {
      out.early += raised ? 1 : 0;
    } else if (raised || (usual && side_of(value, *usual) != 0) || row.score >= kAbnormalScore) {
      out.named.insert(tracker.kind());
    }
    if (!raised) continue;
    EXPECT_GE(*raised, kAbnormalScore);
    EXPECT_LT(*raised, 1);
    EXPECT_LE(tracker.began(), slot.start);
    ++out.episodes;
    if (out.raised.emplace(tracker.kind(), passed).second) {
      out.began[tracker.kind()] = (tracker.began() - changed) / what.cadence;
    }
    tracker.told();
  }
  return out;
}

std::vector<Case> cases() {
  std::vector<Case> out;
  for (const bool heavy : {false, true}) {
    out.push_back({1min, 3 * 7 * 1440, 3 * 1440, heavy});
    out.push_back({5min, 3 * 7 * 288, 3 * 288, heavy});
    out.push_back({1h, 5 * 7 * 24, 7 * 24, heavy});
    out.push_back({24h, 30 * 7, 60, heavy});
  }
  return out;
}

/// Many short series, few long ones.
int seeds_of(const Case& what) {
  return what.cadence <= 1min ? 1 : what.cadence < 1h ? 3 : 8;
}

/// A day; of daily slots, ten.
int turn(const Case& what) {
  return what.cadence < 20h ? static_cast<int>(24h / what.cadence) : 10;
}

struct Expected {
  FindingKind kind;
  Change change;
  std::function<int(const Case&)> within;      // slots until it is named
  std::function<int(const Case&)> began_near;  // slots from the change
};

/// What a kind may be called besides: the first values of anything may be spikes.
bool is_of_one_value(FindingKind kind) {
  return kind == FindingKind::spike || kind == FindingKind::dip ||
         kind == FindingKind::unusual_level;
}

/// Of all seeds of all cadences and noises, `at_least` of a hundred are named in time and dated;
/// and hardly one is named for what another kind is.
void expect_named(const Expected& expected, int at_least) {
  int all = 0, named = 0, dated = 0, others = 0, early = 0;
  for (const Case& what : cases()) {
    for (int seed = 1; seed <= seeds_of(what); ++seed) {
      const Said said = watch(what, static_cast<std::uint64_t>(seed), expected.change);
      ++all;
      early += said.early;
      const auto raised = said.raised.find(expected.kind);
      if (raised != said.raised.end() && raised->second <= expected.within(what)) {
        ++named;
        EXPECT_LE(said.episodes, 2) << "seed " << seed;
        const std::int64_t began = said.began.at(expected.kind);
        if (std::abs(began) <= expected.began_near(what)) ++dated;
      }
      for (const FindingKind kind : said.named) {
        if (kind == expected.kind || is_of_one_value(kind)) continue;
        // The first hours without a season may well be out of their bands in a row.
        if (expected.kind == FindingKind::lost_season && kind == FindingKind::level_shift) continue;
        ++others;
        if (others > 2) ADD_FAILURE() << to_text(kind) << " for seed " << seed;
      }
    }
  }
  EXPECT_GE(named * 100, all * at_least) << named << " of " << all;
  EXPECT_GE(dated * 100, named * 85) << dated << " of " << named;
  EXPECT_LE(early, 1);
}

TEST(FindingKind, a_season_that_is_gone_is_named_within_a_day) {
  expect_named({FindingKind::lost_season,
                [](Point point, int) { return point.middle + point.noise; },
                [](const Case& what) { return turn(what) * 3 / 2; },
                [](const Case& what) { return turn(what) / 3; }},
               85);
}

TEST(FindingKind, one_lost_run_of_a_job_is_no_lost_season) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    KindTracker tracker(1h);
    Chance chance(seed);
    const int lost = 24 * 7 * 8 + 24 + 5;  // a Tuesday's run at 05:00
    std::set<FindingKind> raised;
    for (int i = 0; i < lost + 72; ++i) {
      const Slot slot = test_slot(i, 1h);
      const int hour = slot.second_of_day / 3600;
      const double size = (hour == 5   ? 3e5
                           : hour == 6 ? 2e5
                                       : 15'000) *
                          (slot.weekday % 6 == 0 ? 0.5 : 1);
      const double value = (i == lost ? 0.05 : 1 + 0.06 * chance.normal()) * size;
      tracker.note(slot, value, Outlook{size, {}, {}}, Edges{size * 0.8, size * 1.2});
      if (i >= lost && tracker.raised()) raised.insert(tracker.kind());
    }
    EXPECT_FALSE(raised.contains(FindingKind::lost_season)) << seed;
  }
}

/// How near to its beginning changed variance is dated, in slots.
int an_hour_or_day(const Case& what) {
  return what.cadence < 1h ? 60 : 24;
}

TEST(FindingKind, errors_four_times_as_large_are_named_within_two_days_or_two_hundred_slots) {
  const auto within = [](const Case& what) {
    return what.cadence < 1h ? 200 : what.cadence < 20h ? 72 : 60;
  };
  expect_named({FindingKind::changed_variance,
                [](Point point, int) { return point.level + point.shape + 4 * point.noise; },
                within,
                an_hour_or_day},
               80);
}

TEST(FindingKind, errors_of_a_quarter_are_named) {
  const auto within = [](const Case& what) {
    return what.cadence < 1h ? 200 : what.cadence < 20h ? 96 : 60;
  };
  expect_named({FindingKind::changed_variance,
                [](Point point, int) { return point.level + point.shape + point.noise / 4; },
                within,
                an_hour_or_day},
               80);
}

TEST(FindingKind, a_value_far_outside_while_errors_are_small_is_a_spike_or_dip) {
  KindTracker tracker(1h);
  Chance chance(5);
  const Outlook outlook{100, {}, {}};
  const auto note = [&](int at, double value) {
    tracker.note(test_slot(at, 1h), value, outlook, Edges{80, 120});
  };
  int at = 0;
  for (; at < 24 * 28; ++at)
    note(at, 100 + 4 * chance.normal());
  for (const int end = at + 24 * 5; at < end; ++at)
    note(at, 100 + chance.normal());
  ASSERT_EQ(tracker.kind(), FindingKind::changed_variance);
  tracker.told();
  note(at, 20);
  EXPECT_EQ(tracker.kind(), FindingKind::dip);
  EXPECT_EQ(tracker.began(), test_slot(at, 1h).start);
  EXPECT_FALSE(tracker.raised());
  note(at + 1, 180);
  EXPECT_EQ(tracker.kind(), FindingKind::spike);
  note(at + 2, 100);
  EXPECT_EQ(tracker.kind(), FindingKind::changed_variance);
  EXPECT_FALSE(tracker.raised()) << "it was told";
}

/// Ten standard deviations of the noise, in two days; of hours in five, of daily slots in forty.
int drift_slots(const Case& what) {
  return what.cadence < 1h ? 2 * turn(what) : what.cadence < 20h ? 5 * 24 : 40;
}

void expect_drift(int side) {
  // The change is told its case through the number of slots alone.
  int all = 0, named = 0, others = 0;
  for (const Case& what : cases()) {
    const int slots = drift_slots(what);
    for (int seed = 1; seed <= seeds_of(what); ++seed) {
      const Said said = watch(what, static_cast<std::uint64_t>(seed), [&](Point point, int passed) {
        return ordinary(point, 0) + side * 50.0 * std::min(passed, slots) / slots;
      });
      ++all;
      const auto raised = said.raised.find(FindingKind::slow_drift);
      if (raised != said.raised.end() && raised->second <= slots) {
        ++named;
        EXPECT_LE(std::abs(said.began.at(FindingKind::slow_drift)), slots * 3 / 4);
      }
      for (const FindingKind kind : said.named)
        others += kind != FindingKind::slow_drift && !is_of_one_value(kind) ? 1 : 0;
    }
  }
  EXPECT_GE(named * 100, all * 85) << named << " of " << all;
  EXPECT_LE(others, 2);
}

TEST(FindingKind, values_that_creep_away_are_named_before_they_have_arrived) {
  expect_drift(1);
  expect_drift(-1);
}

TEST(FindingKind, values_that_went_elsewhere_at_once_and_stay_are_a_level_shift) {
  for (const double by : {60.0, -80.0}) {
    const auto shifted = [by](const Point& point, int) {
      return point.level + point.shape + point.noise + by;
    };
    expect_named({FindingKind::level_shift, shifted, turn, [](const Case&) { return 2; }}, 85);
  }
}

TEST(FindingKind, what_stands_in_few_values_is_not_named_for_a_state) {
  const std::vector<Change> changes{
      [](Point point, int passed) { return ordinary(point, 0) + (passed == 0 ? 300 : 0); },
      [](Point point, int passed) { return ordinary(point, 0) - (passed < 2 ? 150 : 0); },
      [](Point point, int) { return ordinary(point, 0) + 100; },
  };
  int all = 0, wrong = 0;
  for (const Change& change : changes) {
    for (const Case& what : cases()) {
      for (int seed = 11; seed < 11 + seeds_of(what); ++seed) {
        const Said said = watch(what, static_cast<std::uint64_t>(seed), change);
        ++all;
        // The last one is a level shift, which the band may have followed.
        const bool stays = &change == &changes.back();
        const std::size_t right = stays ? said.raised.count(FindingKind::level_shift) : 0;
        wrong += said.raised.size() > right ? 1 : 0;
      }
    }
  }
  EXPECT_LE(wrong * 40, all) << wrong << " of " << all;
}

TEST(FindingKind, a_value_that_is_stuck_inside_of_its_band_is_a_flat_line) {
  expect_named({FindingKind::flat_line,
                [](Point point, int) { return point.middle; },
                [](const Case&) { return 12; },
                [](const Case&) { return 1; }},
               95);
}

/// Flat lines in ten thousand slots, each `of` it: values that are round by nature, with their
/// rests.
int flat_lines(Duration cadence, const std::function<double(const Slot&, Chance&)>& of) {
  KindTracker tracker(cadence);
  Chance chance(21);
  int raised = 0;
  for (int i = 0; i < 10'000; ++i) {
    const Slot slot = test_slot(i, cadence);
    tracker.note(slot, of(slot, chance), Outlook{3, {}, {}}, std::nullopt);
    if (!tracker.raised()) continue;
    raised += tracker.kind() == FindingKind::flat_line ? 1 : 0;
    tracker.told();
  }
  return raised;
}

TEST(FindingKind, values_that_repeat_by_nature_are_no_flat_line) {
  const auto whole = [](double size) {
    return [size](const Slot&, Chance& chance) { return std::round(10 + size * chance.normal()); };
  };
  const auto at_rest = [](double level) {
    return [level](const Slot& slot, Chance& chance) {
      const bool night = slot.second_of_day < 6 * 3600 || slot.weekday == 0 || slot.weekday == 6;
      return night ? level : level + 50 + 5 * chance.normal();
    };
  };
  for (const Duration cadence : {Duration(1min), Duration(5min), Duration(1h)}) {
    for (const double size : {0.1, 0.3, 1.0, 4.0})
      EXPECT_EQ(flat_lines(cadence, whole(size)), 0) << size;
    EXPECT_LE(flat_lines(cadence, at_rest(7)), 2) << "its first night and weekend";
    EXPECT_EQ(flat_lines(cadence, at_rest(0)), 0);
    EXPECT_EQ(flat_lines(cadence, [](const Slot&, Chance&) { return 5.0; }), 0);
  }
}

/// Values until a series that is `of` each slot and then 0 for good is called flat; 0: never.
int zeros_until_told(Duration cadence, const std::function<double(const Slot&, Chance&)>& of) {
  KindTracker tracker(cadence);
  Chance chance(22);
  for (int i = 0; i < 10'000; ++i) {
    const Slot slot = test_slot(i, cadence);
    tracker.note(slot, i < 8000 ? of(slot, chance) : 0, Outlook{3, {}, {}}, std::nullopt);
    if (!tracker.raised()) continue;
    if (i >= 8000 && tracker.kind() == FindingKind::flat_line) return i - 8000 + 1;
    tracker.told();
  }
  return 0;
}

TEST(FindingKind, a_count_that_stops_for_good_is_a_flat_line) {
  /// Knuth's way to a Poisson variate.
  const auto counts = [](double mean) {
    return [mean](const Slot&, Chance& chance) {
      int count = -1;
      for (double left = 1; left > std::exp(-mean); left *= chance.flat())
        ++count;
      return static_cast<double>(count);
    };
  };
  for (const auto& [mean, most] : {std::pair(5.0, 8), {2.0, 20}, {1.0, 45}, {0.5, 90}}) {
    const int told = zeros_until_told(5min, counts(mean));
    EXPECT_GT(told, 0) << mean;
    EXPECT_LE(told, most) << mean;
  }
  // One that was never 0 before: nothing is known of how long that lasts.
  const int told = zeros_until_told(
      1min, [](const Slot&, Chance& chance) { return 5 + std::round(chance.flat() * 4); });
  EXPECT_GT(told, 10);
  EXPECT_LE(told, 60);
}

TEST(FindingKind, what_was_told_of_does_not_name_each_value_outside_of_its_band) {
  KindTracker tracker(5min);
  Chance chance(5);
  const Outlook outlook{100, {1, 2, 3}, {1, 2, 3}};
  int told = 0;
  std::set<FindingKind> outside;
  for (int i = 0; i < 12'000; ++i) {
    const double value = 100 + (i < 8000 ? 1 : 6) * chance.normal();
    tracker.note(test_slot(i, 5min), value, outlook, Edges{97, 103});
    if (tracker.kind() == FindingKind::changed_variance && tracker.raised()) ++told;
    if (told > 0 && !tracker.raised() && tracker.outside() != 0) outside.insert(tracker.kind());
    tracker.told();
  }
  EXPECT_EQ(told, 1);
  EXPECT_FALSE(outside.contains(FindingKind::changed_variance));
  EXPECT_TRUE(outside.contains(FindingKind::spike));
}

TEST(FindingKind, fifty_ordinary_series_of_weeks_have_about_none) {
  int raised = 0;
  for (int seed = 101; seed <= 150; ++seed) {
    const bool heavy = seed % 2 == 0;
    const Case what = seed <= 120   ? Case{1h, 12 * 7 * 24, 0, heavy}
                      : seed <= 135 ? Case{5min, 4 * 7 * 288, 0, heavy}
                                    : Case{24h, 2 * 365, 0, heavy};
    raised += watch(what, static_cast<std::uint64_t>(seed), ordinary).early;
  }
  EXPECT_LE(raised, 1);  // of 1,860 weeks
}

TEST(FindingKind, an_episode_is_raised_once) {
  const Case what{5min, 3 * 7 * 288, 6 * 288, false};
  const Said said =
      watch(what, 5, [](Point point, int) { return point.level + point.shape + 6 * point.noise; });
  EXPECT_EQ(said.episodes, 1);
}

/// State saved in the middle of what is going on continues to the same bytes.
TEST(FindingKind, restored_state_goes_on_bit_for_bit) {
  const Case what{1h, 0, 0, false};
  Chance chance(3);
  KindTracker lived(what.cadence);
  std::optional<KindTracker> restored;
  for (int i = 0; i < 40 * 24; ++i) {
    const Slot slot = test_slot(i, what.cadence);
    const double value = ordinary(point_of(slot, what, chance), 0) * (i > 30 * 24 ? 0.1 : 1);
    const Outlook outlook{200, {}, {}};
    const Edges usual{-290, 290};
    lived.note(slot, value, outlook, usual);
    if (restored) restored->note(slot, value, outlook, usual);
    if (i % 100 != 50) continue;
    ByteSink kept;
    lived.save(kept);
    if (restored) {
      ByteSink again;
      restored->save(again);
      ASSERT_EQ(kept.view(), again.view()) << i;
    }
    restored.emplace(what.cadence);
    ByteSource in(kept.view());
    ASSERT_TRUE(restored->restore(in));
    EXPECT_TRUE(in.empty());
  }
}

TEST(FindingKind, damaged_state_is_refused_and_leaves_a_new_tracker) {
  KindTracker tracker(1h);
  Chance chance(9);
  for (int i = 0; i < 500; ++i)
    tracker.note(test_slot(i, 1h), chance.normal(), Outlook{}, Edges{-2, 2});
  ByteSink fresh, kept;
  KindTracker(1h).save(fresh);
  tracker.save(kept);
  const std::string state(kept.view());
  for (std::size_t cut = 0; cut < state.size(); cut += 7) {
    KindTracker read(1h);
    ByteSource in(std::string_view(state).substr(0, cut));
    ASSERT_FALSE(read.restore(in));
    ByteSink after;
    read.save(after);
    ASSERT_EQ(after.view(), fresh.view());
  }
}

TEST(FindingKind, endless_values_do_no_harm) {
  KindTracker tracker(1h);
  for (int i = 0; i < 2000; ++i) {
    const double value = i % 3 == 0 ? 1e300 : i % 3 == 1 ? -1e30 : 1e-300;
    const double centre = i % 2 == 0 ? 1e29 : -1e29;
    tracker.note(
        test_slot(i, 1h), value, Outlook{centre, {}, {}}, Edges{centre - 1e300, centre + 1});
  }
  ByteSink kept;
  tracker.save(kept);
  KindTracker read(1h);
  ByteSource in(kept.view());
  EXPECT_TRUE(read.restore(in));
}

}  // namespace
}  // namespace tidemark::learn
