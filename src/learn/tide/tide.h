#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "learn/registry.h"
#include "learn/share_end.h"
#include "learn/tide/echo.h"
#include "learn/tide/evidence.h"
#include "learn/tide/farthest.h"
#include "learn/tide/forecast.h"
#include "learn/tide/residuals.h"
#include "learn/tide/rim.h"
#include "learn/tide/spread.h"

namespace tidemark::learn::tide {

/// The default detector: forecast, scale of its errors, distribution of errors against the scale,
/// and how unusual the newest values are. At most 13.5 kB of state. README.md beside this file says
/// how and why.
class Tide final : public Detector {
 public:
  explicit Tide(const DetectorConfig& config);

  [[nodiscard]] std::optional<Outlook> expect(Slot at) const override;
  [[nodiscard]] double score(Slot at, double value) const override;
  void learn(Slot at, double value, Teach how) override;
  void save(ByteSink& out) const override;
  Result<void> restore(ByteSource& in) override;

 private:
  /// Forecast and error scale for one slot.
  struct View {
    double centre = 0;
    double scale = 1;
    double far = 0;           // Guess::far, finite
    double lift = 0;          // Guess::lift: the newest values are compared without it
    double unrest = 1;        // Guess::unrest, a part of scale
    Spread::Estimate spread;  // what the scale is, gaps apart
    double usual_here = 1;    // how large errors are at this place and time of day, against others
  };
  [[nodiscard]] View view(const Slot& at) const;
  [[nodiscard]] const View& kept_view(const Slot& at) const;
  [[nodiscard]] double floor() const;
  [[nodiscard]] bool sparse() const;
  [[nodiscard]] double clip() const;
  [[nodiscard]] Outlook raw(const View& seen) const;
  [[nodiscard]] Outlook bounded(const Outlook& raw) const;
  [[nodiscard]] Misses misses(const View& seen, double value) const;
  [[nodiscard]] double least_half_width(double expected) const;
  /// A peak of the month, or a value to be held back; false: it is to be learned.
  bool set_aside(const Slot& at, double value, Teach how, const View& seen);
  void learn_value(const Slot& at, double value, const View& seen, bool judged);
  [[nodiscard]] bool goes_on(double value, const View& seen) const;
  [[nodiscard]] bool is_beyond(double times, double error, const View& seen) const;
  [[nodiscard]] double calmed(double value, const View& seen) const;
  void hold_back(const Slot& at, double value, double calm, const View& seen);
  void note_held(double error, bool is_wild);
  [[nodiscard]] double held_level(int enough) const;
  void count_miss(double value, const View& seen);
  [[nodiscard]] bool is_minor(double value, const View& seen) const;
  [[nodiscard]] double times_farthest(double error, const View& seen) const;
  void allow(double error, const View& seen);
  [[nodiscard]] Sight sight(double value, const View& seen) const;
  void learn_far(double value, const View& seen);
  void begin_errors_anew(double error);
  void note_slot(const Slot& at);

  template <typename Self, typename Archive>
  static void visit(Self& self, Archive& archive);

  DetectorConfig config_;
  std::unique_ptr<Forecast> forecast_;
  Spread spread_;
  Residuals residuals_;
  Echo echo_;
  Rim lower_rim_{Rim::Side::lower};
  Rim upper_rim_{Rim::Side::upper};
  ShareEnd share_;
  Evidence evidence_;
  double far_error_ = 0;     // usual absolute error of Guess::far
  double reach_ = 0;         // largest absolute error, slowly forgotten
  Farthest farthest_;        // ... of late, on each side
  Farthest farthest_here_;   // the same of errors against what is usual at their time of day
  double newest_value_ = 0;  // that was learned in full, without its lift
  double distance_ = 0;      // usual one of a value from the level
  double filled_ = 1;        // part of the slots that have a value, of late
  std::int64_t newest_ = 0;
  int count_ = 0;          // values learned in full
  bool negative_ = false;  // a value below 0 was learned
  int held_ = 0;           // values held back since the last one learned
  int held_side_ = 0;      // those at the end of `held_` on one side: below < 0 < above
  std::array<double, 10> held_errors_{};  // of the newest of them, newest first
  // What kept_view() last made: expect, score and learn of a slot ask for the same.
  mutable std::optional<std::pair<Slot, View>> kept_;
};

Result<std::unique_ptr<Detector>> make(const DetectorConfig& config);

}  // namespace tidemark::learn::tide
