#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "judge/aftermath.h"
#include "judge/findings.h"

namespace tidemark::judge {

/// Everything a verdict of the model rests on, written in one canonical form, so that two of them
/// can be compared byte by byte.
struct Receipt {
  std::string model;           ///< the detector's name in detectors.def
  int model_version = 0;       ///< that judged
  std::uint64_t revision = 0;  ///< of choices and marks
  DetectorSpec spec;           ///< choices (exclusions among them) and marks of that revision
  Timestamp trained_from;      ///< oldest period that was learned
  std::uint64_t learned = 0;   ///< periods learned before this one
  IssuedBand band;
  double value = 0;
  double score = 0;
  double confidence = Finding::kNotKept;
};
/// JSON; doubles as their shortest text that reads back to the same bits.
std::string to_json(const Receipt& receipt);

/// Why a period is a finding, and how sure that is.
struct Explanation {
  struct Past {
    Timestamp at;
    std::optional<double> value;
  };
  /// What lies between the entries of `same_slot`. Days while fewer than three weeks are stored.
  enum class SlotStep { week, day };
  struct Moved {
    std::string id;  ///< of the finding
    DetectorTarget target;
    Timestamp at;
    double score = 0;
  };
  FindingView view;
  DetectorView detector;
  std::string sentence;         ///< what happened, and what is usual
  std::string rarity;           ///< how rare it is in the stored history
  std::string timezone;         ///< that its times are told in
  std::vector<Past> same_slot;  ///< the same local time in past weeks or days, newest first
  SlotStep slot_step = SlotStep::week;
  std::vector<Moved> also_moved;  ///< findings of others near it, highest score first
  std::vector<AddAudit> changes;  ///< what people changed in the day before, newest first
  std::string sureness;           ///< what the model knows, in a sentence
  Aftermath aftermath;            ///< what became of it; unknown of the always-on tier
  std::string aftermath_words;    ///< the same in a sentence, "" while unknown
  Receipt receipt;                ///< as it was kept
  /// The same from a replay of the stored history today; nullopt: choices from too long ago.
  std::optional<Receipt> recomputed;
  /// The two are equal to the last byte.
  bool reproduced = false;
  std::string difference;  ///< why not, "" when reproduced
};

std::string_view to_text(Explanation::SlotStep step);

/// Explains one finding: replays the history of its metric, so it costs as much as that is long.
/// Errors as FindingBook::find.
Result<Explanation> explain(const FindingBook::Deps& deps, const std::string& id);

}  // namespace tidemark::judge
