#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "learn/detector.h"

namespace tidemark::learn {

/// All that the detector `always_on` keeps of one series, as bytes without a pointer in them: the
/// owner lays them where it likes, copies and saves them as they are.
struct alignas(8) FlatState {
  std::array<std::byte, 512> bytes{};
};

/// What was held likely of a value before it was learned, and what that came to.
struct FlatVerdict {
  std::optional<Outlook> band;  ///< nullopt: still learning
  double score = 0;             ///< as Detector::score
  std::uint32_t learned = 0;    ///< values learned before
  float filled = 1;             ///< part of the slots that have a value, of late
};

/// The detector `always_on` of one cadence for as many series as there are states: it keeps
/// nothing of them itself but what it was last given.
class FlatModel {
 public:
  explicit FlatModel(Duration cadence);
  ~FlatModel();
  FlatModel(const FlatModel&) = delete;
  FlatModel& operator=(const FlatModel&) = delete;
  FlatModel(FlatModel&&) noexcept;
  FlatModel& operator=(FlatModel&&) = delete;

  /// The state of a series that nothing is known of.
  [[nodiscard]] FlatState blank() const;
  /// Judges the value, then learns it; one outside of the band at k = 2 is held back from learning
  /// (decision 6), as by other detectors. `state` is blank() or what this made of it; slots ascend.
  FlatVerdict judge(FlatState* state, const Slot& at, double value);
  /// Whether bytes from a file are a state that judge() can go on from.
  [[nodiscard]] static bool is_sane(const FlatState& state);

 private:
  struct Scratch;
  std::unique_ptr<Scratch> scratch_;
};

}  // namespace tidemark::learn
