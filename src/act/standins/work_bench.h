// For the tests of this folder: everything an outbox needs, on one table.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "act/outbox.h"
#include "act/signer.h"
#include "act/standins/memory_store.h"
#include "act/standins/ports.h"
#include "act/topics.h"
#include "testing/manual_clock.h"

namespace tidemark::act::standins {

/// One key for all tests: making one takes a tenth of a second.
inline const MessageSigner& test_signer() {
  static const MessageSigner signer = [] {
    const testing::ManualClock clock;
    const auto pem = make_signing_pem(clock);
    return *MessageSigner::from_pem(pem.value());
  }();
  return signer;
}

inline Transition sample_transition(std::string id = "t-1", std::string state = "ALARM") {
  Transition out;
  out.id = std::move(id);
  out.alarm_name = "records-read-anomaly";
  out.alarm_arn = "arn:aws:cloudwatch:us-east-1:000000000000:alarm:records-read-anomaly";
  out.alarm_description = "Nightly load of orders; call the data team if it is empty.";
  out.account = "000000000000";
  out.region = "us-east-1";
  out.old_state = state == "OK" ? "ALARM" : "OK";
  out.new_state = std::move(state);
  out.reason =
      "Thresholds Crossed: 1 out of the last 1 datapoints [9812331.0 (28/11/13 00:00:00)] was "
      "greater than the upper thresholds [1950000.0] (minimum 1 datapoint for OK -> ALARM "
      "transition).";
  out.reason_data = R"({"version":"1.0","period":86400})";
  out.at = Timestamp::from_s(1'385'596'800);  // 2013-11-28T00:00:00Z
  out.configuration_updated_at = Timestamp::from_s(1'383'264'000);
  out.metric_title = "Glue glue.driver.aggregate.recordsRead (Sum, 1 day)";
  out.trigger_json = R"({"Period":86400,"EvaluationPeriods":1,"ThresholdMetricId":"ad1"})";
  out.configuration_json = R"({"metrics":[]})";
  for (int day = 20; day <= 28; ++day) {
    const double value = day == 28 ? 9'812'331 : 1'500'000 + 1000.5 * day;
    out.evidence.push_back({.at = out.at - std::chrono::hours(24 * (28 - day)),
                            .value = value,
                            .lower = 1'200'000,
                            .expected = 1'580'000,
                            .upper = 1'950'000});
  }
  return out;
}

/// A control store, receivers and a clock; outbox workers come and go.
class Bench : public ::testing::Test {
 protected:
  static constexpr const char* kHook = "http://sink.example/hook";
  static constexpr const char* kOther = "http://other.example/hook";

  Bench() { config.auto_confirm_http = config.auto_confirm_email = true; }

  std::unique_ptr<OutboxWorker> make_worker() {
    return std::make_unique<OutboxWorker>(OutboxWorker::Deps{.store = store,
                                                             .clock = clock,
                                                             .random = *random,
                                                             .http = http,
                                                             .mail = mail_client,
                                                             .signer = test_signer(),
                                                             .config = config,
                                                             .runbooks = runbooks,
                                                             .meter = meter});
  }
  Topics make_topics() {
    return Topics(
        {.store = store, .clock = clock, .random = *random, .config = config, .wake = {}});
  }
  /// A topic with these subscribers, confirmed as the configuration says; its ARN.
  std::string topic_with(const std::vector<std::pair<std::string, std::string>>& subscribers) {
    Topics topics = make_topics();
    Topics::NewTopic wanted;
    wanted.name = "ops";
    const std::string arn = topics.create_topic(wanted).value();
    for (const auto& [protocol, endpoint] : subscribers) {
      EXPECT_TRUE(topics.subscribe({arn, protocol, endpoint, {}}).has_value());
    }
    return arn;
  }
  void happen(const Transition& transition, const std::string& action) {
    OutboxRow row;
    row.transition_id = transition.id;
    row.action = action;
    row.at = transition.at;
    row.body = to_json(transition);
    row.kind = "transition";
    ASSERT_TRUE(store.commit_and_wait({row}).has_value());
  }
  void define_runbook(const std::string& name, Runbook runbook) {
    RunbookConfig next = *runbooks.get();
    next.by_name[name] = std::move(runbook);
    runbooks.set(std::move(next));
  }
  std::vector<Delivery> deliveries(const std::string& state = "") {
    DeliveryQuery query;
    query.state = state;
    return store.deliveries(query).value();
  }
  std::vector<HistoryItem> actions_in_history() {
    HistoryQuery query;
    query.type = "Action";
    return store.history(query).value();
  }

  testing::ManualClock clock;
  std::unique_ptr<Random> random = make_seeded_random(11);
  MemoryStore store;
  FakeHttp http;
  FakeMail mail;
  net::MailClient* mail_client = &mail;
  ActConfig config;
  Live<RunbookConfig> runbooks;
  Meter meter;
};

}  // namespace tidemark::act::standins
