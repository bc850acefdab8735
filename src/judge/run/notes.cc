#include "judge/run/notes.h"

#include "base/bytes.h"

namespace tidemark::judge {
namespace {

struct Encode {
  ByteSink& out;
  void operator()(const PutNote& note) const { out.text(to_json(note.spec)); }
  void operator()(const RemoveNote& note) const { out.text(note.id); }
  void operator()(const TimeNote& /*note*/) const {}
  void operator()(const RebuildNote& note) const { model(note); }
  void operator()(const ClearNote& /*note*/) const {}
  void operator()(const RebuiltNote& note) const { model(note); }

  template <typename ModelNote>
  void model(const ModelNote& note) const {
    out.text(note.id);
    out.i64(note.period.count());
  }
};

template <typename ModelNote>
Result<Note> decode_model_note(ByteSource& in) {
  TM_TRY(const auto id, in.text());
  TM_TRY(const auto period, in.i64());
  if (!check_period(Duration(period))) {
    return fail(Errc::corrupt, "rebuild note has an impossible period");
  }
  return ModelNote{std::string(id), Duration(period)};
}

}  // namespace

std::string encode_note(const Note& note) {
  ByteSink out;
  out.u8(static_cast<std::uint8_t>(note.index()));
  std::visit(Encode{out}, note);
  return std::move(out).take();
}

Result<Note> decode_note(std::string_view bytes) {
  ByteSource in(bytes);
  TM_TRY(const auto kind, in.u8());
  switch (kind) {
    case 0: {
      TM_TRY(const auto text, in.text());
      TM_TRY(auto spec, detector_spec_from_json(std::string(text)));
      return PutNote{std::move(spec)};
    }
    case 1: {
      TM_TRY(const auto id, in.text());
      return RemoveNote{std::string(id)};
    }
    case 2:
      return TimeNote{};
    case 3:
      return decode_model_note<RebuildNote>(in);
    case 4:
      return ClearNote{};
    case 5:
      return decode_model_note<RebuiltNote>(in);
    default:
      return fail(Errc::corrupt, "note of an unknown kind");
  }
}

}  // namespace tidemark::judge
