#pragma once

#include <string>
#include <variant>

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
using Note = std::variant<PutNote, RemoveNote, TimeNote, RebuildNote, ClearNote, RebuiltNote>;

/// One byte for the kind (its place in Note), then its members; see docs/formats/log.md.
std::string encode_note(const Note& note);
Result<Note> decode_note(std::string_view bytes);

}  // namespace tidemark::judge
