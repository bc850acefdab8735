#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "judge/detectors.h"
#include "model/control_store.h"
#include "model/finding.h"
#include "store/reader.h"

namespace tidemark::judge {

struct AlwaysOnRef;

/// Names a finding: which detector, at which period, about which of its periods.
struct FindingRef {
  std::string detector_id;
  Duration period{0};
  Timestamp at;
  friend bool operator==(const FindingRef&, const FindingRef&) = default;
};
/// "DETECTOR.PERIOD_S.EPOCH_S" and back; nullopt: not such a text.
std::string to_id(const FindingRef& ref);
std::optional<FindingRef> parse_finding_id(const std::string& text);

/// What a person says of a finding.
enum class Verdict {
  expected,  ///< false alarm: learned as normal
  real,      ///< kept out of training
  known,     ///< kept out of training, nobody need do anything
  reviewed,  ///< looked at; changes nothing
  missed,    ///< of a window that was not found: kept out of training, more sensitive from then on
};
std::string_view to_text(Verdict verdict);
std::optional<Verdict> parse_verdict(std::string_view text);

struct KeptVerdict {
  Verdict verdict = Verdict::reviewed;
  Timestamp at;
  std::string comment;  ///< at most kCommentMaxBytes
};
inline constexpr std::size_t kCommentMaxBytes = 2000;

/// What the mark of a missed window is about.
std::string missed_subject(Timestamp from, Timestamp to);

/// How far a finding is from what is usual, in steps that people act on; from the score alone.
enum class Severity { low, medium, high };
Severity severity_of(double score);
std::string_view to_text(Severity severity);

/// A finding as known then and as known now.
struct FindingView {
  FindingRef ref;
  DetectorTarget target;
  Finding finding;   ///< as known when it was judged
  IssuedBand band;   ///< what it was compared with
  double width = 3;  ///< k of the limits below
  /// How sure it was that this is abnormal: as kept with the finding; of what an earlier version
  /// found, from how much had been learned.
  double confidence = 0;
  Limits limits;                    ///< at the width that was chosen then
  std::string unit;                 ///< behind its numbers, with its blank (base/people_unit.h)
  std::optional<double> value_now;  ///< of the same period today; nullopt: it is not kept any more
  /// Late data changed the value so that it lies inside of the limits: no finding any more.
  bool retracted = false;
  std::optional<KeptVerdict> verdict;
};

/// Found by the always-on tier: its `detector_id` names the watch of a series, not a detector.
bool is_always_on(const FindingView& view);

/// Whose findings: of detectors, or of the always-on tier, which watches what nobody has named.
enum class FindingTier { detector, always_on, all };

struct FindingQuery {
  FindingTier tier = FindingTier::detector;
  std::optional<MetricRef> metric;  ///< nullopt: all
  std::string detector_id;          ///< "": all
  Timestamp from = Timestamp::min();
  Timestamp to = Timestamp::max();  ///< starts of periods in [from, to)
  bool with_replay = false;         ///< also those of history that was replayed
  std::size_t limit = 100;          ///< newest first
};

/// Reads findings, and takes verdicts on them. Safe from any thread but a shard's worker.
class FindingBook {
 public:
  struct Deps {
    Judge& judge;
    const store::Reader& reader;
    ControlStore& control;
    const Clock& clock;
  };
  /// `who`: says the verdicts, for the audit.
  explicit FindingBook(Deps deps, std::string who = kByUser) : deps_(deps), who_(std::move(who)) {}

  [[nodiscard]] Result<std::vector<FindingView>> list(const FindingQuery& query) const;
  /// What list() starts from: which periods, as they were found. Reads neither bands nor values.
  struct Found {
    std::size_t detector = 0;  ///< place in `detectors`
    FindingRef ref;
    Finding finding;
  };
  struct Scan {
    std::vector<DetectorView> detectors;
    std::vector<Found> found;  ///< newest first
  };
  [[nodiscard]] Result<Scan> scan(const FindingQuery& query) const;
  /// `Errc::not_found`: no such finding, or its detector is gone.
  [[nodiscard]] Result<FindingView> find(const std::string& id) const;

  /// Keeps a verdict in place of the one before; the models learn anew where it bears on learning
  /// (docs/findings.md, "Verdicts"). Returns when they have. Not `missed`: `Errc::invalid`.
  Result<FindingView> judge(const std::string& id, Verdict verdict, const std::string& comment);
  /// Takes the verdict back, and its effect.
  Result<FindingView> take_back(const std::string& id);
  /// The window [from, to) should have been found. `Errc::not_found`: no detector of that target.
  Result<void> missed(const DetectorTarget& target, Timestamp from, Timestamp to);

 private:
  [[nodiscard]] Result<std::map<std::string, KeptVerdict>> verdicts() const;
  Result<void> scan_always_on(const FindingQuery& query, Scan* out) const;
  [[nodiscard]] Result<FindingView> find_always_on(const AlwaysOnRef& watch, Timestamp at) const;
  [[nodiscard]] Result<FindingView> with_verdict(Result<FindingView> view) const;
  [[nodiscard]] Result<FindingView> view_of(const DetectorSpec& spec,
                                            const FindingRef& ref,
                                            const Finding& finding) const;
  Result<void> keep_mark(const FindingView& view, std::optional<Mark::Effect> effect);

  Deps deps_;
  std::string who_;
};

}  // namespace tidemark::judge
