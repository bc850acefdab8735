#pragma once

#include <algorithm>
#include <cstdint>

#include "learn/kind/limits.h"

namespace tidemark::learn::kind {

/// The largest a size has been, but for the newest: what creeps up must not raise what it is
/// compared with. Kept in blocks; one counts when the block after it is over.
class Record {
 public:
  /// 0 and more. `kept`: what is left of the record at the next size; `block`: sizes in a block.
  void note(double size, double kept, std::int32_t block) {
    most_ *= kept;
    open_ = std::max(open_, size);
    if (++count_ < block) return;
    most_ = std::max(most_, closed_);
    closed_ = open_;
    open_ = 0;
    count_ = 0;
  }
  /// All that came so far counts.
  void settle() {
    most_ = std::max({most_, closed_, open_});
    drop_newest();
  }
  void raise(double size) { most_ = std::max(most_, size); }
  /// What came last belongs to something that is told apart.
  void drop_newest() {
    closed_ = open_ = 0;
    count_ = 0;
  }
  [[nodiscard]] double most() const { return most_; }

  template <typename Self, typename Archive>
  static void visit(Self& self, Archive& archive) {
    archive.real(self.most_, 0, 1e4 * kMost);
    archive.real(self.closed_, 0, 1e4 * kMost);
    archive.real(self.open_, 0, 1e4 * kMost);
    archive.whole(self.count_, 0, INT32_MAX);
  }

 private:
  double most_ = 0;
  double closed_ = 0;
  double open_ = 0;
  std::int32_t count_ = 0;
};

}  // namespace tidemark::learn::kind
