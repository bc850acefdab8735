// For the tests of this folder: a mail server on a socket of its own.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/assert.h"
#include "base/worker.h"

namespace tidemark::act::standins {

/// Speaks just enough SMTP (RFC 5321) to be sent mail, one connection at a time. `after_data` says
/// what follows the n-th whole message (from 0): a reply, or "" to drop the connection.
class SmtpSink {
 public:
  using AfterData = std::function<std::string(int)>;
  explicit SmtpSink(AfterData after_data)
      : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
        after_data_(std::move(after_data)),
        worker_("smtp-sink") {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* address = reinterpret_cast<sockaddr*>(&at);
    socklen_t size = sizeof at;
    TM_ASSERT(::bind(listener_, address, size) == 0 && ::listen(listener_, 16) == 0);
    TM_ASSERT(::getsockname(listener_, address, &size) == 0);
    port_ = ntohs(at.sin_port);
    worker_.post([this] { serve(); });
  }
  ~SmtpSink() {
    ::shutdown(listener_, SHUT_RDWR);  // ends accept()
    worker_.stop();
    ::close(listener_);
  }
  SmtpSink(const SmtpSink&) = delete;
  SmtpSink& operator=(const SmtpSink&) = delete;

  [[nodiscard]] std::string url() const { return fmt::format("smtp://127.0.0.1:{}", port_); }
  /// Every whole message that came, taken or not.
  [[nodiscard]] std::vector<std::string> messages() {
    const std::lock_guard lock(mutex_);
    return messages_;
  }

 private:
  void serve() {
    while (true) {
      const int peer = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (peer < 0) return;
      const timeval patience{10, 0};
      ::setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
      unread_.clear();
      talk(peer);
      ::close(peer);
    }
  }
  static void say(int peer, const std::string& text) {
    [[maybe_unused]] const auto sent = ::send(peer, text.data(), text.size(), MSG_NOSIGNAL);
  }
  /// "" when the connection ended.
  std::string read_to(int peer, const std::string& end) {
    while (unread_.find(end) == std::string::npos) {
      std::array<char, 4096> buffer;
      const auto size = ::recv(peer, buffer.data(), buffer.size(), 0);
      if (size <= 0) return "";
      unread_.append(buffer.data(), static_cast<std::size_t>(size));
    }
    const auto after = unread_.find(end) + end.size();
    std::string out = unread_.substr(0, after);
    unread_.erase(0, after);
    return out;
  }
  void talk(int peer) {
    say(peer, "220 sink\r\n");
    while (true) {
      const std::string command = read_to(peer, "\r\n");
      if (command.empty()) return;
      if (command.starts_with("QUIT")) return say(peer, "221 bye\r\n");
      if (!command.starts_with("DATA")) {
        say(peer, "250 ok\r\n");
        continue;
      }
      say(peer, "354 go on\r\n");
      const std::string message = read_to(peer, "\r\n.\r\n");
      if (message.empty()) return;
      const std::string reply = after_data_(keep(message));
      if (reply.empty()) return;
      say(peer, reply);
    }
  }
  int keep(const std::string& message) {
    const std::lock_guard lock(mutex_);
    messages_.push_back(message);
    return static_cast<int>(messages_.size()) - 1;
  }

  int listener_;
  std::uint16_t port_ = 0;
  AfterData after_data_;
  std::string unread_;  // the worker's
  std::mutex mutex_;
  std::vector<std::string> messages_;  // guarded by mutex_
  Worker worker_;
};

}  // namespace tidemark::act::standins
