// A part of an expression's history is as a reading of the whole has it, and little is read for it.
#include "judge/math/expression.h"

#include <array>

#include <gtest/gtest.h>

#include "base/random.h"
#include "judge/math/testing_share.h"
#include "judge/math_target.h"
#include "query/testing_reader.h"

namespace tidemark::judge {
namespace {

using std::chrono::minutes;

const Timestamp kBegin = Timestamp::from_s(1'383'264'000);
constexpr int kPeriods = 6000;

/// 0 to `limit` - 1.
int any(Random& chance, int limit) {
  return static_cast<int>(uniform(chance) * limit);
}

Timestamp minute(int number) {
  return kBegin + minutes(number);
}

/// Two counters that begin again now and then. `gaps`: they have data for a while, and none for up
/// to a third of all periods.
query::TestingReader counters(std::uint64_t seed, bool gaps) {
  const auto random = make_seeded_random(seed);
  query::TestingReader out;
  for (const char* name : {"errors", "requests"}) {
    double counter = 0;
    bool is_there = true;
    int until = 0;
    for (int number = 0; number < kPeriods; ++number) {
      if (gaps && number >= until) {
        is_there = !is_there;
        until = number + 1 + any(*random, is_there ? 30 : kPeriods / 3);
      }
      if (any(*random, 100) == 0) counter = 0;
      counter += any(*random, 5);
      if (!gaps || (is_there && any(*random, 3) != 0)) {
        out.put(testing_metric(name), minute(number), counter);
      }
    }
  }
  return out;
}

BandIdentity identity_of(const char* expression) {
  return math_identity(testing_share(expression, minutes(1))).value();
}

constexpr std::array kLookBack{
    "DIFF(errors)",
    "RATE(errors) / RATE(requests)",
    "IF(DIFF(errors) < 0, errors, DIFF(errors))",
    "DIFF(DIFF(errors))",
    "DIFF(FILL(errors, REPEAT)) + requests",
    "FILL(DIFF(errors), REPEAT)",
    "DIFF(IF(requests > 300, errors))",
    "RATE(errors / requests)",
    "SUM([RATE(errors), DIFF_TIME(requests)])",
};

TEST(MathExpression, a_part_of_the_history_is_that_of_the_whole) {
  query::NoBands bands;
  std::size_t compared = 0;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const auto reader = counters(seed, seed % 2 == 0);
    const query::MetricDataDeps deps{reader, bands};
    const auto random = make_seeded_random(seed);
    for (const char* expression : kLookBack) {
      const BandIdentity identity = identity_of(expression);
      const Timestamp now = minute(kPeriods + 5);
      const auto whole = math_history(deps, identity, kBegin, {kBegin, now, now});
      ASSERT_TRUE(whole);
      for (int i = 0; i < 40; ++i) {
        const int from = any(*random, kPeriods);
        const int to = from + 1 + any(*random, 200);
        const auto part = math_history(deps, identity, kBegin, {minute(from), minute(to), now});
        ASSERT_TRUE(part);
        std::vector<std::pair<Timestamp, double>> wanted;
        std::vector<std::pair<Timestamp, double>> got;
        for (const auto& cell : whole->cells) {
          if (cell.start >= minute(from) && cell.start < minute(to))
            wanted.emplace_back(cell.start, cell.cell.sum());
        }
        for (const auto& cell : part->cells)
          got.emplace_back(cell.start, cell.cell.sum());
        ASSERT_EQ(got, wanted) << expression << ' ' << seed << ' ' << from << ' ' << to;
        compared += got.size();
      }
    }
  }
  EXPECT_GT(compared, 20'000U);
}

TEST(MathExpression, what_looks_back_reads_no_more_than_it_needs) {
  query::NoBands bands;
  const auto reader = counters(7, false);
  const Timestamp now = minute(kPeriods + 5);
  const auto samples_for = [&](const char* expression) {
    const std::size_t before = reader.samples_read();
    const auto read = math_history({reader, bands},
                                   identity_of(expression),
                                   kBegin,
                                   {minute(kPeriods - 1), minute(kPeriods), now});
    EXPECT_TRUE(read);
    return reader.samples_read() - before;
  };
  EXPECT_LT(samples_for("IF(DIFF(errors) < 0, errors, DIFF(errors))"), 500U);
  EXPECT_LT(samples_for("DIFF(DIFF(RATE(errors)))"), 500U);
  EXPECT_GE(samples_for("RUNNING_SUM(errors)"), std::size_t{kPeriods});
}

}  // namespace
}  // namespace tidemark::judge
