#pragma once

#include <array>
#include <cstddef>
#include <optional>

namespace tidemark::cli::detect {

/// How far the newest values lay from what was expected, against what is usual.
class Lately {
 public:
  static constexpr std::size_t kValues = 10;

  /// The next value that was compared with a band; both finite.
  void note(double value, double expected);

  struct Offset {
    double mean = 0;   ///< of value - expected, of the newest kValues
    double size = 0;   ///< of its absolute value, of them
    double usual = 0;  ///< ... of all before
  };
  /// nullopt: too few values are known.
  [[nodiscard]] std::optional<Offset> offset() const;

 private:
  static constexpr int kLeast = 3 * static_cast<int>(kValues);

  std::array<double, kValues> newest_{};  // value - expected, a ring
  std::size_t next_ = 0;
  double usual_ = 0;
  int count_ = 0;
};

}  // namespace tidemark::cli::detect
