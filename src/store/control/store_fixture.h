#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "store/control_store.h"

namespace tidemark::store::control {

/// The value of a result that must have one, as a copy that outlives the expression.
template <typename T>
T must(Result<T> result) {
  EXPECT_TRUE(result.has_value()) << (result ? "" : result.error().what);
  return std::move(result).value_or(T{});
}

/// A control database in a directory of its own that is removed afterwards.
class StoreFixture : public ::testing::Test {
 protected:
  StoreFixture() {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    directory_ =
        std::filesystem::path(::testing::TempDir()) /
        fmt::format("tidemark-{}-{}-{}", test->test_suite_name(), test->name(), ::getpid());
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
  }
  ~StoreFixture() override { std::filesystem::remove_all(directory_); }
  StoreFixture(const StoreFixture&) = delete;
  StoreFixture& operator=(const StoreFixture&) = delete;

  [[nodiscard]] std::string path() const { return (directory_ / "control.db").string(); }
  [[nodiscard]] std::unique_ptr<ControlStore> open() const {
    auto store = make_sqlite_control_store(path());
    EXPECT_TRUE(store.has_value()) << (store ? "" : store.error().what);
    return store ? *std::move(store) : nullptr;
  }

  static ControlChange document(std::string key, std::string body) {
    return PutDocument{{.collection = "alarm", .key = std::move(key), .body = std::move(body)}};
  }
  static HistoryItem item(std::string alarm, Timestamp at, std::string summary) {
    return {.id = 0,
            .alarm_name = std::move(alarm),
            .alarm_type = "MetricAlarm",
            .type = "StateUpdate",
            .at = at,
            .summary = std::move(summary),
            .data = "{}"};
  }
  static OutboxRow row(std::string transition, std::string action) {
    return {.id = 0,
            .transition_id = std::move(transition),
            .action = std::move(action),
            .at = Timestamp::from_s(1000),
            .body = "{}",
            .kind = "transition"};
  }
  static Delivery delivery(std::string id, std::string subscription) {
    return {.id = std::move(id),
            .outbox_id = 0,
            .subscription = std::move(subscription),
            .protocol = "http",
            .endpoint = "http://sink.example/hook",
            .alarm_name = "backlog",
            .state = "pending",
            .attempts = 0,
            .created_at = Timestamp::from_s(1000),
            .next_try_at = Timestamp::from_s(2000),
            .finished_at = {},
            .give_up_at = Timestamp::from_s(9000),
            .last_error = "",
            .output = "",
            .body = "body"};
  }

 private:
  std::filesystem::path directory_;
};

}  // namespace tidemark::store::control
