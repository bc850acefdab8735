#pragma once

#include <cstdint>
#include <vector>

#include "model/sample.h"

namespace tidemark {

/// Samples of one series that have become durable, entered the head and passed the models.
struct Judged {
  SeriesId series;
  SeriesKey key;
  Timestamp from;  ///< oldest of the samples
  Timestamp to;    ///< newest of the samples
};

/// Port: judge → alarm. Called on a worker of a shard or of the judge: must hand over and return at
/// once.
class JudgedSink {
 public:
  virtual ~JudgedSink() = default;
  /// `sequence`: of the log record the samples came with.
  virtual void on_judged(std::uint64_t sequence, std::vector<Judged> judged) = 0;
};

}  // namespace tidemark
