#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "alarm/commands.h"
#include "alarm/engine.h"
#include "alarm/testing_control_store.h"
#include "base/random.h"
#include "query/testing_reader.h"
#include "testing/manual_clock.h"

namespace tidemark::alarm {

/// TestingReader for several threads; the sequence is that of the newest record.
class SharedReader final : public store::Reader {
 public:
  std::uint64_t put(const MetricRef& metric, Timestamp at, double value) {
    const std::lock_guard lock(mutex_);
    reader_.put(metric, at, value);
    return ++sequence_;
  }
  void damage(const MetricRef& metric) {
    const std::lock_guard lock(mutex_);
    reader_.damage(metric);
  }
  [[nodiscard]] std::vector<std::pair<SeriesId, SeriesKey>> select(
      const std::vector<Matcher>& matchers) const override {
    const std::lock_guard lock(mutex_);
    return reader_.select(matchers);
  }
  [[nodiscard]] std::optional<SeriesId> find(const SeriesKey& key) const override {
    const std::lock_guard lock(mutex_);
    return reader_.find(key);
  }
  [[nodiscard]] std::optional<SeriesKey> key(SeriesId id) const override {
    const std::lock_guard lock(mutex_);
    return reader_.key(id);
  }
  [[nodiscard]] Result<std::vector<Sample>> read(SeriesId id,
                                                 Timestamp from,
                                                 Timestamp to) const override {
    const std::lock_guard lock(mutex_);
    return reader_.read(id, from, to);
  }
  [[nodiscard]] std::optional<Timestamp> newest(SeriesId id) const override {
    const std::lock_guard lock(mutex_);
    return reader_.newest(id);
  }
  [[nodiscard]] std::optional<Timestamp> oldest(SeriesId id) const override {
    const std::lock_guard lock(mutex_);
    return reader_.oldest(id);
  }
  [[nodiscard]] std::uint64_t sequence() const override {
    const std::lock_guard lock(mutex_);
    return sequence_;
  }

 private:
  mutable std::mutex mutex_;
  query::TestingReader reader_;
  std::uint64_t sequence_ = 0;
};

/// A band that a test sets: the same for every period that starts at or after `since`, or none.
class FixedBands final : public BandSource {
 public:
  void set(std::optional<IssuedBand> band, Timestamp since = Timestamp::min()) {
    const std::lock_guard lock(mutex_);
    band_ = band;
    since_ = since;
  }
  Result<BandSeries> bands(const BandIdentity& identity, Timestamp from, Timestamp to) override {
    const std::lock_guard lock(mutex_);
    BandSeries out;
    if (!band_) return out;
    for (Timestamp at = from.floor_to(identity.period); at < to; at = at + identity.period) {
      if (at >= from && at >= since_) out.points.push_back({at, *band_});
    }
    return out;
  }

 private:
  std::mutex mutex_;
  std::optional<IssuedBand> band_;
  Timestamp since_ = Timestamp::min();
};

/// All that an engine needs, and time that moves only by hand. Starts on Monday 2024-01-01, 00:00.
class World {
 public:
  static constexpr const char* kAccount = "000000000000";
  static constexpr const char* kRegion = "us-east-1";

  World() { start(); }
  ~World() { stop(); }

  void start(AlarmLimits limits = {}) {
    engine_ = std::make_unique<AlarmEngine>(
        AlarmEngine::Deps{clock,
                          *random_,
                          reader,
                          bands,
                          control,
                          meter,
                          [this] { ++nudges; },
                          [this](const BandIdentity&) { ++bands_needed; },
                          nullptr,
                          check_action},
        limits);
    commands_ = std::make_unique<AlarmCommands>(*engine_);
    started = engine_->start();
  }
  void stop() {
    commands_.reset();
    engine_.reset();
  }
  void restart() {
    stop();
    start();
  }
  /// Nothing of what the engine would still write gets through.
  void crash() {
    control.set_mode(TestingControlStore::Mode::failing);
    stop();
    control.set_mode(TestingControlStore::Mode::working);
  }

  static MetricRef metric(const std::string& name) { return {kAccount, kRegion, "Test", name, {}}; }
  static AlarmRule rule(const std::string& name,
                        const std::string& metric_name,
                        Duration period = std::chrono::minutes(1)) {
    AlarmRule out;
    out.name = name;
    out.account = kAccount;
    out.region = kRegion;
    out.metric = SingleMetric{metric(metric_name), "Maximum", "", period, std::nullopt};
    out.comparison_operator = "GreaterThanThreshold";
    out.threshold = 200;
    out.evaluation_periods = 1;
    out.alarm_actions = {"arn:alarm"};
    out.ok_actions = {"arn:ok"};
    out.insufficient_data_actions = {"arn:insufficient"};
    return out;
  }
  static AlarmRule band_rule(const std::string& name,
                             const std::string& metric_name,
                             const std::string& stat,
                             Duration period) {
    AlarmRule out = rule(name, metric_name);
    out.metric.reset();
    out.threshold.reset();
    out.comparison_operator = "LessThanLowerOrGreaterThanUpperThreshold";
    out.threshold_metric_id = "ad1";
    MetricQuery m1;
    m1.id = "m1";
    m1.metric_stat = MetricStat{metric(metric_name), period, *parse_statistic(stat), std::nullopt};
    MetricQuery ad1;
    ad1.id = "ad1";
    ad1.expression = "ANOMALY_DETECTION_BAND(m1)";
    out.metrics = {m1, ad1};
    return out;
  }

  /// Stores a sample without telling the engine (what is durable when a crash comes).
  void store_only(const std::string& name, Timestamp at, double value) {
    sequence_ = reader.put(metric(name), at, value);
  }
  void announce(const std::string& name, Timestamp from, Timestamp to) {
    const SeriesKey key = *to_series_key(metric(name), "None");
    engine_->on_judged(sequence_, {Judged{*reader.find(key), key, from, to}});
  }
  void send(const std::string& name, Timestamp at, double value) {
    store_only(name, at, value);
    announce(name, at, at);
    engine_->settle();
  }
  void send_now(const std::string& name, double value) { send(name, clock.wall(), value); }

  /// Moves data time and runs every due instant on the way, as the server's clock does.
  void advance_to(Timestamp to) {
    for (auto due = engine_->next_due(); due && *due <= to; due = engine_->next_due()) {
      clock.set(std::max(*due, clock.wall()));
      if (!engine_->tick(*due)) break;
    }
    clock.set(to);
    (void)engine_->tick(to);
  }
  void advance(Duration by) { advance_to(clock.wall() + by); }

  void put(const AlarmRule& rule) {
    const auto done = commands_->put_metric_alarm(rule);
    if (!done) throw std::invalid_argument(done.error().message);
  }
  AlarmView view(const std::string& name) {
    auto found = commands_->find(alarm_arn(kAccount, kRegion, name));
    return found ? *std::move(found) : AlarmView{};
  }
  std::string state(const std::string& name) { return std::string(to_text(view(name).state)); }
  std::vector<HistoryItem> history(const std::string& name, const std::string& type) {
    HistoryQuery query;
    query.alarm_name = name;
    query.type = type;
    query.newest_first = false;
    query.limit = 1000;
    return *control.history(query);
  }
  /// "Alarm updated from OK to ALARM" and so on, oldest first.
  std::vector<std::string> transitions(const std::string& name) {
    std::vector<std::string> out;
    for (const HistoryItem& item : history(name, "StateUpdate"))
      out.push_back(item.summary);
    return out;
  }
  double evaluations() { return meter.counter("tidemark_alarm_evaluations_total").value(); }

  AlarmEngine& engine() { return *engine_; }
  AlarmCommands& commands() { return *commands_; }

  testing::ManualClock clock{Timestamp::from_s(1'704'067'200)};
  SharedReader reader;
  FixedBands bands;
  TestingControlStore control;
  Meter meter;
  std::atomic<int> nudges = 0;
  std::atomic<int> bands_needed = 0;
  /// What an engine that is started from now on asks of actions; null: nothing.
  std::function<Result<void>(const std::string& action, const std::string& region)> check_action;
  Result<void> started;

 private:
  std::unique_ptr<Random> random_ = make_seeded_random(7);
  std::unique_ptr<AlarmEngine> engine_;
  std::unique_ptr<AlarmCommands> commands_;
  std::uint64_t sequence_ = 0;
};

}  // namespace tidemark::alarm
