// What CONVENTIONS.md promises of every detector, run over all of detectors.def at a cadence of
// each kind.
#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "learn/testing_series.h"
#include "learn/width.h"

namespace tidemark::learn {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kStateMaxBytes = 16'384;

struct Case {
  std::string name;
  Duration cadence;
};

class Contract : public testing::TestWithParam<Case> {
 protected:
  [[nodiscard]] std::unique_ptr<Detector> fresh() const {
    return must_make(GetParam().name, config_at(GetParam().cadence));
  }
  [[nodiscard]] Slot slot(int i) const { return test_slot(i, GetParam().cadence); }
  [[nodiscard]] std::vector<double> series(int count) const {
    return seasonal_series(7, count, GetParam().cadence);
  }
  static std::string bytes(const Detector& detector) {
    ByteSink out;
    detector.save(out);
    return std::move(out).take();
  }
};

std::vector<Case> cases() {
  std::vector<Case> out;
  for (const auto name : detector_names()) {
    for (const Duration cadence : {Duration(1s),
                                   Duration(1min),
                                   Duration(7min),
                                   Duration(5min),
                                   Duration(1h),
                                   Duration(6h),
                                   Duration(24h),
                                   Duration(168h)}) {
      out.push_back({std::string(name), cadence});
    }
  }
  return out;
}

INSTANTIATE_TEST_SUITE_P(All, Contract, testing::ValuesIn(cases()), [](const auto& one) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(one.param.cadence).count();
  return one.param.name + "_" + std::to_string(seconds) + "s";
});

TEST_P(Contract, state_is_bounded_however_much_is_learned) {
  auto detector = fresh();
  const auto values = series(6000);
  for (int i = 0; i < 6000; ++i) {
    detector->learn(slot(i), values[static_cast<std::size_t>(i)], Teach::learn);
    if (i % 1000 == 0) {
      EXPECT_LE(bytes(*detector).size(), kStateMaxBytes);
    }
  }
  EXPECT_LE(bytes(*detector).size(), kStateMaxBytes);
}

TEST_P(Contract, nan_and_infinity_are_not_learned) {
  auto detector = fresh();
  const auto values = series(300);
  for (int i = 0; i < 300; ++i) {
    detector->learn(slot(i), values[static_cast<std::size_t>(i)], Teach::learn);
  }
  const std::string before = bytes(*detector);
  constexpr double kInf = std::numeric_limits<double>::infinity();
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), kInf, -kInf}) {
    for (const Teach how : {Teach::learn, Teach::hold_back, Teach::forget_slot}) {
      EXPECT_EQ(detector->score(slot(300), bad), 0);
      detector->learn(slot(300), bad, how);
    }
  }
  EXPECT_EQ(bytes(*detector), before);
}

TEST_P(Contract, restored_state_continues_bit_for_bit) {
  auto detector = fresh();
  const auto values = series(900);
  for (int i = 0; i < 900; ++i) {
    const double value = values[static_cast<std::size_t>(i)];
    if (i % 101 == 5) {
      auto other = fresh();
      const std::string state = bytes(*detector);
      ByteSource in(state);
      ASSERT_TRUE(other->restore(in).has_value());
      EXPECT_TRUE(in.empty());
      EXPECT_EQ(bytes(*other), state);
      detector = std::move(other);
    }
    detector->learn(slot(i), value, i % 50 < 2 ? Teach::hold_back : Teach::learn);
  }
  auto straight = fresh();
  for (int i = 0; i < 900; ++i) {
    straight->learn(
        slot(i), values[static_cast<std::size_t>(i)], i % 50 < 2 ? Teach::hold_back : Teach::learn);
  }
  EXPECT_EQ(bytes(*detector), bytes(*straight));
  EXPECT_EQ(detector->expect(slot(900)), straight->expect(slot(900)));
}

TEST_P(Contract, cut_or_foreign_state_is_corrupt_and_leaves_a_new_detector) {
  auto detector = fresh();
  const auto values = series(200);
  for (int i = 0; i < 200; ++i) {
    detector->learn(slot(i), values[static_cast<std::size_t>(i)], Teach::learn);
  }
  const std::string state = bytes(*detector);
  const std::string unlearned = bytes(*fresh());
  for (std::size_t cut = 0; cut < state.size(); cut += 1 + state.size() / 64) {
    auto other = fresh();
    ByteSource in(std::string_view(state).substr(0, cut));
    const auto restored = other->restore(in);
    ASSERT_FALSE(restored.has_value()) << cut;
    EXPECT_EQ(restored.error().code, Errc::corrupt);
    EXPECT_EQ(bytes(*other), unlearned);
  }
  auto foreign = must_make(GetParam().name, config_at(GetParam().cadence + 1s));
  ByteSource in(state);
  EXPECT_FALSE(foreign->restore(in).has_value());
}

TEST_P(Contract, asking_changes_nothing_and_never_looks_ahead) {
  auto quiet = fresh();
  auto asked = fresh();
  const auto values = series(400);
  for (int i = 0; i < 400; ++i) {
    const double value = values[static_cast<std::size_t>(i)];
    const auto band = asked->expect(slot(i));
    (void)asked->score(slot(i), value * 3);
    (void)asked->expect(slot(i + 50));
    // What is learned next may be what was asked last, or not.
    if (i % 2 == 0) (void)asked->score(slot(i), value);
    EXPECT_EQ(asked->expect(slot(i)), band);
    EXPECT_EQ(quiet->expect(slot(i)), band);
    quiet->learn(slot(i), value, Teach::learn);
    asked->learn(slot(i), value, Teach::learn);
  }
  EXPECT_EQ(bytes(*asked), bytes(*quiet));
}

TEST_P(Contract, outlook_is_finite_and_ascending_on_hostile_series) {
  Chance chance(11);
  auto detector = fresh();
  int bands = 0;
  int at = 0;
  for (int i = 0; i < 3000; ++i) {
    // Long gaps, but not beyond the year 2262 where timestamps end.
    at += i % 211 == 0 ? (GetParam().cadence < 6h ? 5000 : 50) : 1 + i % 3 / 2;
    const auto outlook = detector->expect(slot(at));
    if (outlook) {
      ++bands;
      ASSERT_TRUE(std::isfinite(outlook->expected));
      double below = 0;
      double above = 0;
      for (std::size_t k = 0; k < 3; ++k) {
        ASSERT_TRUE(std::isfinite(outlook->below[k]) && outlook->below[k] >= below) << i;
        ASSERT_TRUE(std::isfinite(outlook->above[k]) && outlook->above[k] >= above) << i;
        below = outlook->below[k];
        above = outlook->above[k];
      }
    }
    const double size = std::pow(10.0, 320 * (chance.flat() - 0.5) * (i % 400 > 200 ? 1 : 0));
    const double value = (chance.flat() - 0.5) * 2 * std::min(size, 1e305);
    const double score = detector->score(slot(at), value);
    ASSERT_TRUE(score >= 0 && score <= 1) << i;
    detector->learn(slot(at), value, i % 11 == 0 ? Teach::hold_back : Teach::learn);
  }
  EXPECT_GT(bands, 2900);
  const std::string state = bytes(*detector);
  ByteSource in(state);
  EXPECT_TRUE(fresh()->restore(in).has_value());
}

TEST_P(Contract, whatever_is_saved_while_wild_values_are_held_back_is_restored) {
  const std::array<double, 7> wild{1e300, -1e300, 5e-324, 0, 1e12, -7, 3};
  auto detector = fresh();
  for (int i = 0; i < 3000; ++i) {
    const double now = wild[static_cast<std::size_t>(i) % wild.size()];
    const auto outlook = detector->expect(slot(i));
    const Edges edges = outlook ? edges_at(*outlook, kHoldBackWidth) : Edges{now, now};
    const bool held = now < edges.lower || now > edges.upper;
    detector->learn(slot(i), now, held ? Teach::hold_back : Teach::learn);
    const std::string state = bytes(*detector);
    ByteSource in(state);
    ASSERT_TRUE(fresh()->restore(in).has_value()) << i;
  }
}

TEST_P(Contract, series_at_the_ends_of_the_doubles_have_a_finite_band_and_a_state_to_restore) {
  using Value = double (*)(int i, Chance& chance);
  const Value series[] = {
      [](int i, Chance&) { return 5e-324 * (1 + i % 9); },
      [](int, Chance& chance) { return 1e-310 * chance.flat(); },
      [](int, Chance&) { return 1e300; },
      [](int i, Chance&) { return i % 2 == 0 ? 1e300 : -1e300; },
      [](int, Chance& chance) { return -1e300 * chance.flat(); },
      [](int i, Chance&) { return i % 7 == 0 ? 1e300 : 5e-324; },
  };
  for (const Value& value : series) {
    Chance chance(21);
    auto detector = fresh();
    for (int i = 0; i < 400; ++i) {
      const auto outlook = detector->expect(slot(i));
      ASSERT_EQ(outlook.has_value(), i >= 4);
      if (outlook) {
        const Edges edges = edges_at(*outlook, 2);
        ASSERT_TRUE(std::isfinite(edges.lower) && std::isfinite(edges.upper)) << i;
        ASSERT_LE(edges.lower, edges.upper) << i;
      }
      const double now = value(i, chance);
      const double score = detector->score(slot(i), now);
      ASSERT_TRUE(score >= 0 && score <= 1) << i;
      detector->learn(slot(i), now, score >= kHoldBackScore ? Teach::hold_back : Teach::learn);
    }
    const std::string state = bytes(*detector);
    ByteSource in(state);
    EXPECT_TRUE(fresh()->restore(in).has_value());
  }
}

/// Mean half-width at k = 2 and mean forecast of the last part of a series.
std::pair<double, double> mean_band(Detector& detector,
                                    const std::vector<double>& values,
                                    Duration cadence) {
  const std::size_t from = values.size() / 2;
  double width = 0;
  double expected = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Slot at = test_slot(static_cast<int>(i), cadence);
    if (i >= from) {
      const auto outlook = detector.expect(at);
      width += (outlook->below[1] + outlook->above[1]) / 2;
      expected += outlook->expected;
    }
    detector.learn(at, values[i], Teach::learn);
  }
  const auto count = static_cast<double>(values.size() - from);
  return {width / count, expected / count};
}

TEST_P(Contract, a_shifted_and_stretched_series_has_a_shifted_and_stretched_band) {
  const auto values = series(1500);
  const auto [width, expected] = mean_band(*fresh(), values, GetParam().cadence);
  for (const auto& [factor, summand] :
       {std::pair{1.0, 3000.0}, {7.3, 0.0}, {1e-9, 1e-7}, {1e12, 5e13}}) {
    auto mapped = values;
    for (double& v : mapped)
      v = v * factor + summand;
    const auto [wide, centre] = mean_band(*fresh(), mapped, GetParam().cadence);
    EXPECT_NEAR(wide / (width * factor), 1, 0.02) << factor;
    EXPECT_NEAR(centre, expected * factor + summand, 0.05 * width * factor) << factor;
  }
}

TEST_P(Contract, a_slot_not_newer_than_the_newest_and_a_forgotten_one_are_left_out) {
  auto detector = fresh();
  const auto values = series(100);
  for (int i = 0; i < 100; ++i) {
    detector->learn(slot(i), values[static_cast<std::size_t>(i)], Teach::learn);
  }
  const std::string before = bytes(*detector);
  detector->learn(slot(99), 1e6, Teach::learn);
  detector->learn(slot(3), 1e6, Teach::learn);
  detector->learn(slot(100), 1e6, Teach::forget_slot);
  EXPECT_EQ(bytes(*detector), before);
}

TEST_P(Contract, nothing_before_the_third_value_a_band_after_the_fourth) {
  auto detector = fresh();
  const auto values = series(5);
  for (int i = 0; i < 4; ++i) {
    if (i < 3) {
      EXPECT_FALSE(detector->expect(slot(i)));
    }
    detector->learn(slot(i), values[static_cast<std::size_t>(i)], Teach::learn);
  }
  EXPECT_TRUE(detector->expect(slot(4)));
}

TEST(Registry, unknown_names_and_bad_configurations_are_refused) {
  EXPECT_EQ(make_detector("ebb", {}).error().code, Errc::not_found);
  DetectorConfig config;
  config.cadence = 0s;
  EXPECT_EQ(make_detector("tide", config).error().code, Errc::invalid);
  config = {};
  config.domain = {5, 5};
  EXPECT_EQ(make_detector("tide", config).error().code, Errc::invalid);
  config = {};
  config.min_deviation = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(make_detector("tide", config).error().code, Errc::invalid);
}

}  // namespace
}  // namespace tidemark::learn
