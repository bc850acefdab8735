#pragma once

#include <functional>
#include <future>
#include <memory>

#include "model/sample.h"

namespace tidemark {

/// Port: receive and web/aws → store.
class SampleSink {
 public:
  using Done = std::function<void(Result<Accepted>)>;
  virtual ~SampleSink() = default;
  /// Takes the batch whole or not at all. `done` is called once, from another thread, after the
  /// batch's log record is on disk and its samples can be read (decision 1). Errors:
  /// `overloaded` (retry), `unavailable` (disk full or failed, stopping), `invalid`.
  virtual void write(Batch batch, Done done) = 0;
};

/// write() for callers that may block.
inline Result<Accepted> write_and_wait(SampleSink& sink, Batch batch) {
  auto promise = std::make_shared<std::promise<Result<Accepted>>>();
  auto answer = promise->get_future();
  sink.write(std::move(batch), [promise](Result<Accepted> r) { promise->set_value(std::move(r)); });
  return answer.get();
}

}  // namespace tidemark
