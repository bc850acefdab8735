#include <algorithm>

#include "judge/world_test.h"

namespace tidemark::judge {
namespace {

using std::chrono::hours;

constexpr int kHours = 2000;
constexpr std::uint64_t kSeed = 41;

/// History that is sent in any order to a detector that is there already, whose period nobody
/// chose.
class UnorderedImportTest : public JudgeTest {
 protected:
  using Bands = std::vector<std::pair<Timestamp, std::array<double, 3>>>;

  void watch() { ASSERT_TRUE(judge_->put(target(), {}, {})); }

  static std::vector<int> shuffled() {
    const auto random = make_seeded_random(kSeed);
    std::vector<int> out;
    for (int number = 0; number < kHours; ++number) {
      out.push_back(number);
      const auto at = static_cast<std::size_t>(uniform(*random) * (number + 1));
      std::swap(out.back(), out[at]);
    }
    return out;
  }

  void send(std::span<const int> numbers) {
    Batch batch;
    std::vector<Sample> samples;
    for (const int number : numbers)
      samples.push_back({hour(number), Cell::of(value_at(number))});
    batch.series.push_back({*to_series_key(kMetric, "None"), std::move(samples)});
    const auto accepted = write_and_wait(*store_, std::move(batch));
    ASSERT_TRUE(accepted) << accepted.error().what;
  }

  /// In parts of `size` hours; data time passes between them.
  void import(const std::vector<int>& numbers, std::size_t size, bool stops) {
    for (std::size_t at = 0; at < numbers.size(); at += size) {
      send(std::span(numbers).subspan(at, std::min(size, numbers.size() - at)));
      ASSERT_TRUE(judge_->tick(clock_.wall()));
      if (stops && at >= kHours / 2 && at < kHours / 2 + size) {
        ASSERT_TRUE(store_->flush());
        restart();
      }
    }
    ASSERT_TRUE(judge_->settle());
  }

  /// Of the two days behind the import, of which each hour comes in its time.
  Bands days_behind() {
    put_hours(kHours, kHours + 48);
    Bands out;
    for (const BandPoint& point : bands(kHours + 1, kHours + 48))
      out.emplace_back(point.start, point.band.above);
    return out;
  }

  void begin() {
    TearDown();
    begin_anew();
    clock_.set(hour(kHours) - Duration(1));
  }

  Bands made_after_the_import() {
    begin();
    import(shuffled(), kHours, false);
    watch();
    return days_behind();
  }
};

TEST_F(UnorderedImportTest, ends_with_the_period_of_a_detector_made_after_it) {
  for (const std::size_t size : {std::size_t{20}, std::size_t{150}}) {
    begin();
    watch();
    import(shuffled(), size, false);
    EXPECT_EQ(judge_->find(target())->spec.periods, std::vector<Duration>{kHour})
        << "parts of " << size << ", seed " << kSeed;
  }
}

// The last part is more than a twentieth of what was learned, so the model is made anew behind it.
TEST_F(UnorderedImportTest, ends_with_the_bands_of_a_detector_made_after_it) {
  const Bands expected = made_after_the_import();
  ASSERT_EQ(expected.size(), 47U);
  for (const bool stops : {false, true}) {
    begin();
    watch();
    import(shuffled(), 200, stops);
    EXPECT_EQ(judge_->find(target())->spec.periods, std::vector<Duration>{kHour});
    EXPECT_EQ(days_behind(), expected) << "seed " << kSeed;
  }
}

TEST_F(UnorderedImportTest, leaves_a_period_that_was_chosen) {
  begin();
  ASSERT_TRUE(judge_->put(target(), {}, {hours(8)}));
  import(shuffled(), 150, false);
  EXPECT_EQ(judge_->find(target())->spec.periods, std::vector<Duration>{hours(8)});
}

TEST_F(UnorderedImportTest, in_order_begins_nothing_anew) {
  begin();
  watch();
  std::vector<int> numbers = shuffled();
  std::sort(numbers.begin(), numbers.end());
  for (std::size_t at = 0; at < numbers.size(); at += 150)
    send(std::span(numbers).subspan(at, std::min<std::size_t>(150, numbers.size() - at)));
  const auto before = bands(0, kHours);
  EXPECT_GT(before.size(), std::size_t{kHours - 24});
  ASSERT_TRUE(judge_->settle());
  EXPECT_EQ(bands(0, kHours).size(), before.size());
  EXPECT_EQ(judge_->find(target())->spec.periods, std::vector<Duration>{kHour});
}

}  // namespace
}  // namespace tidemark::judge
