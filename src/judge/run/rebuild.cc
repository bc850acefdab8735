#include "judge/run/rebuild.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "query/period_stats.h"

namespace tidemark::judge {
namespace {

void put_band(ByteSink& out, const Sample& sample) {
  const auto& band = std::get<IssuedBand>(sample.value);
  out.i64(sample.at.ns());
  out.f64(band.expected);
  for (const double width : band.below)
    out.f64(width);
  for (const double width : band.above)
    out.f64(width);
  out.u8(band.replay ? 1 : 0);
}

Result<Sample> get_band(ByteSource& in) {
  IssuedBand band;
  TM_TRY(const auto at, in.i64());
  TM_TRY(band.expected, in.f64());
  for (double& width : band.below) {
    TM_TRY(width, in.f64());
  }
  for (double& width : band.above) {
    TM_TRY(width, in.f64());
  }
  TM_TRY(const auto replay, in.u8());
  band.replay = replay != 0;
  return Sample{Timestamp::from_ns(at), band};
}

}  // namespace

Rebuild::Rebuild(ModelRun fresh,
                 std::vector<Sample> history,
                 Timestamp now,
                 Worker& background,
                 std::function<void()> on_ready)
    : period_(fresh.period()),
      began_(query::period_start(now, fresh.period())),
      from_(now),
      to_(now) {
  for (const Sample& sample : history) {
    from_ = std::min(from_, sample.at);
    to_ = std::max(to_, sample.at);
  }
  auto promise = std::make_shared<std::promise<ModelRun>>();
  replay_ = promise->get_future();
  auto run = std::make_shared<ModelRun>(std::move(fresh));
  background.post([promise = std::move(promise),
                   run = std::move(run),
                   samples = std::move(history),
                   now,
                   on_ready = std::move(on_ready)] {
    run->replay(query::fold_into_periods(samples, run->period()), now);
    promise->set_value(std::move(*run));
    on_ready();
  });
}

ModelRun& Rebuild::run() {
  if (!run_) {
    run_.emplace(replay_.get());
    for (const Step& step : std::exchange(steps_, {})) {
      if (step.is_feed) {
        run_->feed(step.samples, step.at);
      } else {
        run_->advance(step.at);
      }
    }
  }
  return *run_;
}

void Rebuild::feed(std::span<const Sample> samples, Timestamp received_at) {
  kept_samples_ += samples.size();
  if (run_ || kept_samples_ > kKeptMaxSamples) return run().feed(samples, received_at);
  steps_.push_back({{samples.begin(), samples.end()}, received_at, true});
}

void Rebuild::advance(Timestamp now) {
  if (run_) return run_->advance(now);
  steps_.push_back({{}, now, false});
}

void Rebuild::sort_issued() {
  for (Sample& sample : run().take_issued()) {
    (sample.at < began_ ? earlier_ : later_).push_back(std::move(sample));
  }
}

std::vector<Sample> Rebuild::catch_up() {
  sort_issued();
  return std::exchange(earlier_, {});
}

Rebuild::Done Rebuild::finish() && {
  TM_ASSERT(run_.has_value());
  return {*std::move(run_), std::move(later_), from_, to_};
}

void Rebuild::save(ByteSink& out) const {
  TM_ASSERT(run_.has_value());
  for (const Timestamp at : {began_, from_, to_})
    out.i64(at.ns());
  run_->save(out);
  out.varint(later_.size());
  for (const Sample& sample : later_)
    put_band(out, sample);
}

Result<Rebuild> Rebuild::restore(ByteSource& in, ModelRun blank) {
  TM_TRY(const auto began, in.i64());
  TM_TRY(const auto from, in.i64());
  TM_TRY(const auto to, in.i64());
  TM_TRY_VOID(blank.restore(in));
  Rebuild out(std::move(blank), Timestamp::from_ns(began));
  out.from_ = Timestamp::from_ns(from);
  out.to_ = Timestamp::from_ns(to);
  TM_TRY(const auto count, in.varint());
  for (std::uint64_t i = 0; i < count; ++i) {
    TM_TRY(auto sample, get_band(in));
    out.later_.push_back(std::move(sample));
  }
  return out;
}

}  // namespace tidemark::judge
