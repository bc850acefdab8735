#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "judge/findings.h"
#include "judge/math/testing_share.h"
#include "judge/why.h"
#include "judge/world_test.h"

namespace tidemark::judge {

/// Hands everything on and remembers which shard has a metric.
class ShardSpy final : public ShardGuest {
 public:
  explicit ShardSpy(Judge& judge) : judge_(judge) {}
  void on_batch(ShardAccess& shard, const EnteredBatch& batch, bool replaying) override {
    {
      const std::lock_guard lock(mutex_);
      for (const EnteredSeries& series : batch.series)
        shard_of_[to_metric_ref(*series.key)->name] = shard.shard();
    }
    judge_.on_batch(shard, batch, replaying);
  }
  void on_note(ShardAccess& shard, const EnteredNote& note, bool replaying) override {
    judge_.on_note(shard, note, replaying);
  }
  std::string save(ShardAccess& shard) override { return judge_.save(shard); }
  Result<void> restore(ShardAccess& shard, std::string_view bytes) override {
    return judge_.restore(shard, bytes);
  }
  std::map<std::string, std::size_t> shards() {
    const std::lock_guard lock(mutex_);
    return shard_of_;
  }

 private:
  Judge& judge_;
  std::mutex mutex_;
  std::map<std::string, std::size_t> shard_of_;
};

inline constexpr int kMathEnd = 24 * 21;

/// The share of errors among requests, each hour, watched by a detector after three weeks.
class MathTest : public JudgeTest {
 protected:
  static DetectorTarget share(const char* expression = "100 * errors / requests") {
    return testing_share(expression, kHour);
  }

  ShardGuest* guest() override {
    spy_ = std::make_unique<ShardSpy>(*judge_);
    return spy_.get();
  }
  void put_metric(const char* name, Timestamp at, double value) {
    clock_.set(std::max(clock_.wall(), at));
    Batch batch;
    batch.series.push_back({*to_series_key(testing_metric(name), "None"), {{at, Cell::of(value)}}});
    ASSERT_TRUE(write_and_wait(*store_, std::move(batch)));
    ASSERT_TRUE(judge_->settle());
  }
  static double errors_at(int number) {
    const std::uint32_t noise = (static_cast<std::uint32_t>(number) * 2'654'435'761U >> 16U) % 9;
    return 20 + number % 24 + noise;
  }
  static double requests_at(int number) { return 1000 + number % 24 * 10; }
  void put_both(int number) {
    put_metric("errors", hour(number), errors_at(number));
    put_metric("requests", hour(number), requests_at(number));
  }
  void put_three_weeks() {
    Batch batch;
    for (const char* name : {"errors", "requests"}) {
      std::vector<Sample> samples;
      for (int number = 0; number < kMathEnd; ++number) {
        const bool is_error = name == std::string("errors");
        samples.push_back(
            {hour(number), Cell::of(is_error ? errors_at(number) : requests_at(number))});
      }
      batch.series.push_back({*to_series_key(testing_metric(name), "None"), std::move(samples)});
    }
    clock_.set(hour(kMathEnd - 1));
    ASSERT_TRUE(write_and_wait(*store_, std::move(batch)));
  }
  void learn_and_watch(DetectorTarget target = share()) {
    put_three_weeks();
    const auto made = judge_->put(std::move(target), {}, {});
    ASSERT_TRUE(made) << made.error().what;
    id_ = made->id;
  }
  FindingBook::Deps deps() { return {*judge_, *store_, *control_, clock_}; }
  std::vector<FindingView> found(bool with_replay = false) {
    FindingQuery query;
    query.with_replay = with_replay;
    query.limit = 1000;
    auto out = FindingBook(deps()).list(query);
    EXPECT_TRUE(out) << out.error().what;
    return out ? *out : std::vector<FindingView>();
  }
  std::vector<BandPoint> share_bands(int from, int to) {
    auto out = judge_->bands({share().math, kHour}, hour(from), hour(to));
    EXPECT_TRUE(out) << out.error().what;
    return out ? out->points : std::vector<BandPoint>();
  }
  std::string id_of(int number) const { return to_id({id_, kHour, hour(number)}); }

  std::unique_ptr<ShardSpy> spy_;
  std::string id_;
};

}  // namespace tidemark::judge
