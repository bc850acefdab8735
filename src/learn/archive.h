#pragma once

#include <bit>
#include <cstdint>

#include "base/bytes.h"
#include "base/time.h"

namespace tidemark::learn {

/// A part of a model lists its fields once, in `visit(self, archive)`, for both directions. Every
/// number has a range; what is read outside of it makes the whole state corrupt, so that no stored
/// byte can bring NaN or an unbounded number into a model.
class StateWriter {
 public:
  explicit StateWriter(ByteSink& out) : out_(out) {}
  void real(const double& value, double, double) { out_.f64(value); }
  void real(const float& value, double, double) { out_.u32(std::bit_cast<std::uint32_t>(value)); }
  template <typename T>
  void whole(const T& value, std::int64_t, std::int64_t) {
    out_.svarint(static_cast<std::int64_t>(value));
  }
  void time(const Timestamp& at) { out_.i64(at.ns()); }

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
  void real(float& value, double low, double high) {
    const auto got = in_.u32();
    const float read = got ? std::bit_cast<float>(*got) : 0;
    ok_ = ok_ && got && read >= low && read <= high;
    if (ok_) value = read;
  }
  template <typename T>
  void whole(T& value, std::int64_t low, std::int64_t high) {
    const auto got = in_.svarint();
    ok_ = ok_ && got && *got >= low && *got <= high;
    if (ok_) value = static_cast<T>(*got);
  }
  void time(Timestamp& at) {
    const auto ns = in_.i64();
    ok_ = ok_ && ns;
    if (ok_) at = Timestamp::from_ns(*ns);
  }
  [[nodiscard]] bool ok() const { return ok_; }

 private:
  ByteSource& in_;
  bool ok_ = true;
};

}  // namespace tidemark::learn
