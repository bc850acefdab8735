#pragma once

#include <string>

#include "learn/hold_back.h"
#include "learn/testing_series.h"
#include "learn/width.h"

namespace tidemark::learn {

/// How a caller teaches, by what it knew before it saw the value.
enum class Policy {
  as_server,  ///< is_held_back()
  by_score,   ///< as `tidemark detect` does: held back from kHoldBackScore on
  in_full,    ///< as history is learned: nothing is held back
};

/// A default detector that lives through values slot by slot, under a policy.
class Taught {
 public:
  Taught(Duration cadence, Policy policy)
      : config_(config_at(cadence)), policy_(policy), detector_(must_make("tide", config_)) {}

  [[nodiscard]] Slot now() const { return test_slot(next_, config_.cadence); }
  [[nodiscard]] std::optional<Outlook> outlook() const { return detector_->expect(now()); }
  [[nodiscard]] Edges band(double k) const { return edges_at(*outlook(), k); }
  [[nodiscard]] double width(double k) const { return band(k).upper - band(k).lower; }
  [[nodiscard]] bool inside(double value, double k) const {
    return band(k).lower <= value && value <= band(k).upper;
  }
  [[nodiscard]] double score(double value) const { return detector_->score(now(), value); }
  /// Saves the detector and goes on with a new one that restored it; the state that was saved.
  std::string restart() {
    ByteSink out;
    detector_->save(out);
    detector_ = must_make("tide", config_);
    ByteSource in(out.view());
    restored_ = restored_ && detector_->restore(in).has_value();
    return std::string(out.view());
  }
  [[nodiscard]] bool restored() const { return restored_; }
  void accept(double value) {
    detector_->learn(now(), value, Teach::accept);
    ++next_;
  }
  void skip(int slots) { next_ += slots; }
  void feed(double value) {
    detector_->learn(now(), value, holds(value) ? Teach::hold_back : Teach::learn);
    ++next_;
  }

 private:
  [[nodiscard]] bool holds(double value) const {
    if (policy_ == Policy::in_full || !outlook()) return false;
    if (policy_ == Policy::as_server)
      return is_held_back(value, score(value), *outlook(), config_.cadence);
    return score(value) >= kHoldBackScore;
  }

  DetectorConfig config_;
  Policy policy_;
  std::unique_ptr<Detector> detector_;
  int next_ = 0;
  bool restored_ = true;  // whenever it was to be
};

}  // namespace tidemark::learn
