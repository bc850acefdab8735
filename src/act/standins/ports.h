// For the tests of this folder: receivers that a test scripts.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "net/http_client.h"
#include "net/smtp_client.h"

namespace tidemark::act::standins {

/// Web endpoints. Answers 200 unless told otherwise.
class FakeHttp final : public net::HttpClient {
 public:
  /// The next answers of that URL, one a call; then 200 again.
  void script(const std::string& url, std::vector<Result<net::HttpReply>> answers) {
    const std::lock_guard lock(mutex_);
    for (auto& answer : answers)
      script_[url].push_back(std::move(answer));
  }
  /// Every answer of that URL from now on.
  void always(const std::string& url, Result<net::HttpReply> answer) {
    const std::lock_guard lock(mutex_);
    always_.insert_or_assign(url, std::move(answer));
  }
  void works_again(const std::string& url) {
    const std::lock_guard lock(mutex_);
    always_.erase(url);
  }
  /// Calls of that URL wait until let_go().
  void hold(const std::string& url) {
    const std::lock_guard lock(mutex_);
    held_ = url;
  }
  void let_go() {
    const std::lock_guard lock(mutex_);
    held_.clear();
    changed_.notify_all();
  }
  void wait_for_calls(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return calls_.size() >= count; });
  }

  Result<net::HttpReply> send(const net::HttpCall& call) override {
    std::unique_lock lock(mutex_);
    calls_.push_back(call);
    changed_.notify_all();
    changed_.wait(lock, [&] { return call.url != held_; });
    auto& script = script_[call.url];
    if (!script.empty()) {
      auto answer = std::move(script.front());
      script.pop_front();
      return answer;
    }
    const auto fixed = always_.find(call.url);
    return fixed == always_.end() ? status(200) : fixed->second;
  }
  [[nodiscard]] std::vector<net::HttpCall> calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
  }
  [[nodiscard]] std::vector<net::HttpCall> calls_of(const std::string& url) const {
    std::vector<net::HttpCall> out;
    for (const auto& call : calls()) {
      if (call.url == url) out.push_back(call);
    }
    return out;
  }
  static Result<net::HttpReply> status(int code) {
    net::HttpReply reply;
    reply.status = code;
    return reply;
  }

 private:
  mutable std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  std::string held_;
  std::map<std::string, std::deque<Result<net::HttpReply>>> script_;
  std::map<std::string, Result<net::HttpReply>> always_;
  std::vector<net::HttpCall> calls_;
};

/// A mail server that keeps what it is given. Takes everything unless scripted.
class FakeMail final : public net::MailClient {
 public:
  void script(std::vector<Result<void>> answers) {
    const std::lock_guard lock(mutex_);
    for (auto& answer : answers)
      script_.push_back(std::move(answer));
  }
  Result<void> send(const net::Mail& mail) override {
    const std::lock_guard lock(mutex_);
    mails_.push_back(mail);
    if (script_.empty()) return {};
    auto answer = std::move(script_.front());
    script_.pop_front();
    return answer;
  }
  [[nodiscard]] std::vector<net::Mail> mails() const {
    const std::lock_guard lock(mutex_);
    return mails_;
  }

 private:
  mutable std::mutex mutex_;  // guards all below
  std::deque<Result<void>> script_;
  std::vector<net::Mail> mails_;
};

}  // namespace tidemark::act::standins
