// For the tests of this folder: plain blocking sockets, so that bytes and segments can be seen.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/assert.h"
#include "base/worker.h"

namespace tidemark::net::raw {

/// One connected TCP socket. Waits at most 20 s for anything, so that a fault fails and not hangs.
class RawSocket {
 public:
  explicit RawSocket(int fd) : fd_(fd) {
    const timeval patience{20, 0};
    const int on = 1;
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  /// Connects to 127.0.0.1.
  static RawSocket to(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    RawSocket out(fd);
    out.connected_ = ::connect(fd, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0;
    return out;
  }
  RawSocket(RawSocket&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)),
        connected_(other.connected_),
        unread_(std::move(other.unread_)) {}
  RawSocket& operator=(RawSocket&&) = delete;
  ~RawSocket() { close(); }

  [[nodiscard]] bool connected() const { return connected_; }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }
  void end_sending() { ::shutdown(fd_, SHUT_WR); }
  /// False: the peer does not take it.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  /// What one read gives; empty at the end.
  std::string receive() {
    if (!unread_.empty()) return std::exchange(unread_, {});
    std::string out(std::size_t{256} << 10, '\0');
    const ssize_t got = ::recv(fd_, out.data(), out.size(), 0);
    out.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return out;
  }
  std::string receive_all() {
    std::string out;
    for (std::string piece = receive(); !piece.empty(); piece = receive())
      out += piece;
    return out;
  }
  /// Up to and with `mark`; less at the end of the connection.
  std::string receive_to(std::string_view mark) {
    std::string out;
    while (out.find(mark) == std::string::npos) {
      const std::string piece = receive();
      if (piece.empty()) return out;
      out += piece;
    }
    const std::size_t end = out.find(mark) + mark.size();
    unread_ = out.substr(end);
    out.resize(end);
    return out;
  }
  std::string receive_size(std::size_t size) {
    std::string out;
    while (out.size() < size) {
      const std::string piece = receive();
      if (piece.empty()) return out;
      out += piece;
    }
    unread_ = out.substr(size);
    out.resize(size);
    return out;
  }
  /// One HTTP answer with its Content-Length body; head and body in one text.
  std::string receive_answer() {
    std::string head = receive_to("\r\n\r\n");
    constexpr std::string_view kLength = "Content-Length: ";
    const std::size_t at = head.find(kLength);
    if (at == std::string::npos) return head;
    return head + receive_size(std::stoul(head.substr(at + kLength.size())));
  }
  std::string ask(std::string_view request) { return send(request) ? receive_answer() : ""; }

 private:
  int fd_ = -1;
  bool connected_ = true;
  std::string unread_;
};

/// Listens on a free port of 127.0.0.1 and plays `script` with each connection, one after another.
class ScriptedServer {
 public:
  explicit ScriptedServer(std::function<void(RawSocket&)> script) : worker_("scripted") {
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    TM_ASSERT(::bind(fd_, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0);
    TM_ASSERT(::listen(fd_, 16) == 0);
    socklen_t size = sizeof at;
    TM_ASSERT(::getsockname(fd_, reinterpret_cast<sockaddr*>(&at), &size) == 0);
    port_ = ntohs(at.sin_port);
    worker_.post([fd = fd_, script = std::move(script)] {
      for (;;) {
        const int peer = ::accept(fd, nullptr, nullptr);
        if (peer < 0) return;
        RawSocket socket(peer);
        script(socket);
      }
    });
  }
  ~ScriptedServer() {
    ::shutdown(fd_, SHUT_RDWR);
    worker_.stop();
    ::close(fd_);
  }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  int fd_ = -1;
  std::uint16_t port_ = 0;
  Worker worker_;
};

}  // namespace tidemark::net::raw
