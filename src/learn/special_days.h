#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "learn/archive.h"
#include "learn/registry.h"

namespace tidemark::learn {

/// A detector that knows kinds of days unlike others (Slot::special) and learns each kind apart:
/// what its hours are, against what the inner detector foresees for an ordinary day and against
/// what that hour usually is, whichever of the two says more. The inner detector never sees such a
/// day, so it is after a holiday as it was before. A kind is foreseen from its third day on; until
/// then its days have the band of ordinary ones.
class SpecialDays final : public Detector {
 public:
  /// More kinds than that share the last one.
  static constexpr int kKindsMax = 10;

  /// `config.special_kinds` > 0. `inner` is of the same configuration.
  SpecialDays(std::unique_ptr<Detector> inner, const DetectorConfig& config);

  [[nodiscard]] std::optional<Outlook> expect(Slot at) const override;
  [[nodiscard]] double score(Slot at, double value) const override;
  void learn(Slot at, double value, Teach how) override;
  void save(ByteSink& out) const override;
  Result<void> restore(ByteSource& in) override;

  /// `kind`, 1 and more, is from now on another kind, of which nothing is known.
  void forget_kind(int kind);
  /// Gives the inner detector away; nothing else may be asked of this one afterwards.
  std::unique_ptr<Detector> release() { return std::move(inner_); }

 private:
  /// What a day is compared with.
  enum Base : std::size_t { foreseen, usual, bases };
  /// Part of the day: an hour, or all of it where slots are longer.
  struct Hour {
    std::array<double, bases> part{};  // mean of value / base, or of (value - base) / size
    int count = 0;
  };
  struct Kind {
    std::vector<Hour> hours;
    Hour all;
    std::array<double, bases> loss{};  // usual absolute error by each base, in sizes
    std::array<double, 2> error{};     // ... of what was foreseen: as a day begins, later
    std::array<int, 2> errors{};
    int days = 0;            // whole ones, before the newest
    int day_of_month = 0;    // of the newest
    int slots = 0;           // learned in the newest
    std::int64_t start = 0;  // its newest slot
    double today = 0;        // how far the newest day is off so far, in sizes
  };
  /// All that is said of a slot of a special day.
  struct View {
    Outlook ordinary;
    std::array<double, bases> base{};
    std::array<double, bases> centre{};
    double size = 1;
    bool fresh = true;  // the day has just begun
    double today = 0;
    Outlook own;
  };

  [[nodiscard]] std::size_t index_of(const Slot& at) const;
  [[nodiscard]] double slots_an_hour() const;
  [[nodiscard]] static Base better(const Kind& kind);
  [[nodiscard]] std::size_t hour_of(const Slot& at) const;
  [[nodiscard]] static bool begins(const Kind& kind, const Slot& at);
  [[nodiscard]] std::optional<View> view(const Slot& at) const;
  [[nodiscard]] Outlook own(const Kind& kind, const View& seen) const;
  [[nodiscard]] double applied(double part, double base, double size) const;
  void learn_usual(const Slot& at, double value);
  void learn_kind(const Slot& at, double value, Teach how, const View& seen);

  void learn_error(double value, double weight, const View& seen, Kind* kind);
  void learn_part(
      double value, double weight, const View& seen, double slots_a_day, Hour* hour) const;
  void forget_kinds();

  template <typename Self, typename Archive>
  static void visit(Self& self, Archive& archive);

  std::unique_ptr<Detector> inner_;
  DetectorConfig config_;
  std::vector<Kind> kinds_;
  std::vector<Hour> usual_;  // of ordinary days: part[0] is the mean value
  bool negative_ = false;    // a value below 0 was learned: kinds are told by differences
};

}  // namespace tidemark::learn
