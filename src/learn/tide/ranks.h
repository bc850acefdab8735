#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace tidemark::learn::tide {

/// How rare a size is among those that a series has shown: a histogram in bins of a quarter
/// octave, in whole numbers so that its state stays small. Sizes are relative to a usual one of
/// the series. Beyond all that were seen the tail of a Student t of 4 degrees of freedom goes on.
/// What is rare enters with less weight, so that an incident does not soon look like history.
class Ranks {
 public:
  /// The share of sizes seen that are at least as large, 1e-12 to 1.
  [[nodiscard]] double share_above(double size) const;
  /// -log10 of a share.
  static double rarity(double share);
  /// Takes the size in, of which share_above() says `share`.
  void enter(double size, double share);

  template <typename Self, typename Archive>
  static void visit(Self& self, Archive& archive) {
    std::int64_t total = 0;
    for (auto& v : self.bins_) {
      archive.whole(v, 0, kTotalMax);
      total += v;
    }
    archive.whole(self.total_, total, total);
  }

 private:
  static constexpr std::size_t kBins = 64;
  static constexpr std::uint32_t kUnit = 32;  // what an ordinary size is entered as
  static constexpr std::uint32_t kTotalMax = 16'000 * kUnit;

  struct Place {
    std::size_t bin = 0;
    double part = 0;  // of the way to the next bin
  };
  static Place place(double size);
  [[nodiscard]] double sum_above(const Place& at) const;
  void add(const Place& at, std::uint32_t weight);

  std::array<std::uint32_t, kBins> bins_{};
  std::uint32_t total_ = 0;
};

}  // namespace tidemark::learn::tide
