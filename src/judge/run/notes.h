#pragma once

#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "judge/detector_spec.h"

namespace tidemark::judge {

/// What the judge puts into the log, so that models are a function of the log alone.
struct PutNote {
  DetectorSpec spec;
};
struct RemoveNote {
  std::string id;
};
/// Data time has reached the record's received_at: close what is due.
struct TimeNote {};
/// Begin to make the model anew from what is stored at this place of the log.
struct RebuildNote {
  std::string id;
  Duration period{0};
};
struct ClearNote {};
/// Put the model that was made anew in place.
struct RebuiltNote {
  std::string id;
  Duration period{0};
};

/// The value of an expression over a closed period.
struct MathValue {
  Timestamp start;
  double value = 0;
  friend bool operator==(const MathValue&, const MathValue&) = default;
};
/// Values of an expression in the log: its inputs may lie in several shards, none of which may look
/// into another at a place of the log, so what they came to is put there.
struct MathNote {
  std::string id;
  Duration period{0};
  std::uint64_t sequence = 0;     ///< the record up to which the inputs were surely looked at
  Timestamp since;                ///< periods before it were told of earlier: their values are late
  Timestamp closed_before;        ///< periods before it are told of now
  Timestamp expected;             ///< a later period that is expected to have a value; min(): none
  std::vector<MathValue> values;  ///< ascending, without those that are not finite
  friend bool operator==(const MathNote&, const MathNote&) = default;
};
/// Make the model anew from these values, in the shard that owns it; put in place by RebuiltNote.
struct MathHistoryNote {
  MathNote values;             ///< `since` is where they begin
  std::uint64_t revision = 0;  ///< of the detector, whose choices are learned by
  std::uint32_t shard = 0;     ///< the owner
  friend bool operator==(const MathHistoryNote&, const MathHistoryNote&) = default;
};
using Note = std::variant<PutNote,
                          RemoveNote,
                          TimeNote,
                          RebuildNote,
                          ClearNote,
                          RebuiltNote,
                          MathNote,
                          MathHistoryNote>;

/// One byte for the kind (its place in Note), then its members; see docs/formats/log.md.
std::string encode_note(const Note& note);
Result<Note> decode_note(std::string_view bytes);

}  // namespace tidemark::judge
