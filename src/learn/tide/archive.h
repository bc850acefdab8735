#pragma once

#include <cmath>

#include "base/bytes.h"

namespace tidemark::learn::tide {

/// A part of the model lists its fields once, in `visit(self, archive)`, for both directions.
/// Every field has a range; what is read outside of it makes the whole state corrupt, so that no
/// stored byte can bring NaN or an unbounded number into a model.
class StateWriter {
 public:
  explicit StateWriter(ByteSink& out) : out_(out) {}
  void real(const double& value, double, double) { out_.f64(value); }
  template <typename T>
  void whole(const T& value, std::int64_t, std::int64_t) {
    out_.svarint(static_cast<std::int64_t>(value));
  }

 private:
  ByteSink& out_;
};

class StateReader {
 public:
  explicit StateReader(ByteSource& in) : in_(in) {}
  void real(double& value, double low, double high) {
    const auto got = in_.f64();
    ok_ = ok_ && got && *got >= low && *got <= high;
    if (ok_) value = *got;
  }
  template <typename T>
  void whole(T& value, std::int64_t low, std::int64_t high) {
    const auto got = in_.svarint();
    ok_ = ok_ && got && *got >= low && *got <= high;
    if (ok_) value = static_cast<T>(*got);
  }
  [[nodiscard]] bool ok() const { return ok_; }

 private:
  ByteSource& in_;
  bool ok_ = true;
};

/// The largest magnitude a model takes in: the difference of two such values is finite.
inline constexpr double kHuge = 1e300;

}  // namespace tidemark::learn::tide
