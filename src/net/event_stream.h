#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace tidemark::net {

/// The open end of a Server-Sent Events answer: put one into `HttpResponse::stream` and push text
/// from any thread. The server sends it in order, adds a comment line when nothing was sent for a
/// while, and closes it when the peer leaves or the server stops. One stream serves one answer.
class EventStream {
 public:
  /// `capacity_bytes`: what may wait for a slow peer.
  explicit EventStream(std::size_t capacity_bytes = std::size_t{1} << 20);

  /// False, and nothing taken: the peer is too slow (buffer full) or gone (`closed()`). `text` is
  /// sent as it is; an event ends with an empty line ("event: band\ndata: {}\n\n").
  [[nodiscard]] bool push(std::string_view text);
  /// What was pushed is still sent, then the connection ends. Safe to call twice.
  void close();
  /// True after close() or when the peer left: the producer can forget the stream.
  [[nodiscard]] bool closed() const;

  /// For the server: all text that waits (may be empty); nullopt when closed and empty.
  std::optional<std::string> take();
  /// For the server: `wake` is called after each push and close, from the caller's thread.
  void attach(std::function<void()> wake);
  /// For the server: no more wakes; the stream is closed and what waits is dropped.
  void detach();

 private:
  void wake();

  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::string waiting_;         // guarded by mutex_
  bool closed_ = false;         // guarded by mutex_
  std::function<void()> wake_;  // guarded by mutex_
};

}  // namespace tidemark::net
