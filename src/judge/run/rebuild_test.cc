#include "judge/run/rebuild.h"

#include <future>

#include <gtest/gtest.h>

#include "query/period_stats.h"

namespace tidemark::judge {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr Duration kHour = hours(1);

Timestamp hour(int number) {
  return Timestamp::from_s(1'383'264'000) + kHour * number;
}

Sample sample(int number) {
  return {hour(number), Cell::of(100 + number % 24 * 5 + number * 7 % 5)};
}

std::vector<Sample> samples(int from, int to) {
  std::vector<Sample> out;
  for (int number = from; number < to; ++number)
    out.push_back(sample(number));
  return out;
}

ModelRun blank() {
  DetectorSpec spec;
  spec.target.metric = MetricRef{"000000000000", "us-east-1", "Glue", "records", {}};
  spec.target.stat = *parse_statistic("Sum");
  spec.created_at = hour(0);
  return {spec, kHour};
}

std::string state_of(const ModelRun& run) {
  ByteSink out;
  run.save(out);
  return std::move(out).take();
}

/// A background worker that is busy until let go.
struct Busy {
  Worker worker{"busy"};
  std::promise<void> gate;
  Busy() {
    worker.post([this] { gate.get_future().wait(); });
  }
  void let_go() { gate.set_value(); }
};

/// What a rebuild that begins at hour 240 must become: replayed to there, then fed and advanced.
ModelRun reference() {
  ModelRun run = blank();
  run.replay(query::fold_into_periods(samples(0, 240), kHour), hour(240));
  for (int number = 240; number < 250; ++number) {
    const Sample one = sample(number);
    run.feed({&one, 1}, hour(number));
  }
  run.advance(hour(251) + minutes(1));
  return run;
}

TEST(Rebuild, takes_in_what_comes_while_the_replay_waits) {
  Busy busy;
  bool told = false;
  Rebuild rebuild(blank(), samples(0, 240), hour(240), busy.worker, [&told] { told = true; });
  for (int number = 240; number < 250; ++number) {
    const Sample one = sample(number);
    rebuild.feed({&one, 1}, hour(number));  // would wait for ever if it needed the replay
  }
  rebuild.advance(hour(251) + minutes(1));
  EXPECT_FALSE(told);
  busy.let_go();
  auto issued = rebuild.catch_up();
  busy.worker.stop();
  EXPECT_TRUE(told);
  Rebuild::Done done = std::move(rebuild).finish();
  EXPECT_EQ(state_of(done.run), state_of(reference()));
  EXPECT_EQ(done.from, hour(0));
  EXPECT_EQ(done.to, hour(240));  // the beginning, since all history is older

  // Bands of the past are apart from those of periods that the old model issues meanwhile.
  ASSERT_FALSE(issued.empty());
  EXPECT_LT(issued.back().at, hour(240));
  ASSERT_FALSE(done.issued.empty());
  EXPECT_EQ(done.issued.front().at, hour(240));
  auto all = reference().take_issued();
  EXPECT_EQ(issued.size() + done.issued.size(), all.size());
}

TEST(Rebuild, waits_rather_than_keep_more_than_its_limit) {
  Worker worker("background");
  Rebuild rebuild(blank(), samples(0, 240), hour(240), worker, [] {});
  const std::vector<Sample> many(Rebuild::kKeptMaxSamples + 1, sample(240));
  rebuild.feed(many, hour(240));
  const Sample next = sample(241);
  rebuild.feed({&next, 1}, hour(241));
  (void)rebuild.catch_up();
  ModelRun expected = blank();
  expected.replay(query::fold_into_periods(samples(0, 240), kHour), hour(240));
  expected.feed(many, hour(240));
  expected.feed({&next, 1}, hour(241));
  EXPECT_EQ(state_of(std::move(rebuild).finish().run), state_of(expected));
}

TEST(Rebuild, goes_on_from_its_saved_state) {
  Worker worker("background");
  Rebuild first(blank(), samples(0, 240), hour(240), worker, [] {});
  for (int number = 240; number < 245; ++number) {
    const Sample one = sample(number);
    first.feed({&one, 1}, hour(number));
  }
  (void)first.catch_up();
  ByteSink kept;
  first.save(kept);
  ByteSource in(kept.view());
  auto second = Rebuild::restore(in, blank());
  ASSERT_TRUE(second) << second.error().what;
  for (int number = 245; number < 250; ++number) {
    const Sample one = sample(number);
    second->feed({&one, 1}, hour(number));
  }
  second->advance(hour(251) + minutes(1));
  EXPECT_TRUE(second->catch_up().empty());  // given before it was saved
  Rebuild::Done done = std::move(*second).finish();
  EXPECT_EQ(state_of(done.run), state_of(reference()));
  ASSERT_FALSE(done.issued.empty());
  EXPECT_EQ(done.issued.front().at, hour(240));
  EXPECT_EQ(done.from, hour(0));

  for (std::size_t cut = 0; cut < kept.size(); ++cut) {
    ByteSource torn(kept.view().substr(0, cut));
    EXPECT_FALSE(Rebuild::restore(torn, blank())) << cut;
  }
}

}  // namespace
}  // namespace tidemark::judge
