#include "judge/run/notes.h"

#include <cmath>

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
  void operator()(const MathNote& note) const {
    model(note);
    out.varint(note.sequence);
    for (const Timestamp at : {note.since, note.closed_before, note.expected})
      out.i64(at.ns());
    out.varint(note.values.size());
    Timestamp before = note.since;
    for (const MathValue& each : note.values) {
      out.svarint((each.start - before) / note.period);
      out.f64(each.value);
      before = each.start;
    }
  }
  void operator()(const MathHistoryNote& note) const {
    (*this)(note.values);
    out.varint(note.revision);
    out.u32(note.shard);
  }

  template <typename ModelNote>
  void model(const ModelNote& note) const {
    out.text(note.id);
    out.i64(note.period.count());
  }
};

template <typename ModelNote>
Result<ModelNote> decode_model(ByteSource& in) {
  TM_TRY(const auto id, in.text());
  TM_TRY(const auto period, in.i64());
  if (!check_period(Duration(period))) {
    return fail(Errc::corrupt, "a model's note has an impossible period");
  }
  ModelNote out;
  out.id = id;
  out.period = Duration(period);
  return out;
}

Result<MathNote> decode_math(ByteSource& in) {
  TM_TRY(auto out, decode_model<MathNote>(in));
  TM_TRY(out.sequence, in.varint());
  for (Timestamp* at : {&out.since, &out.closed_before, &out.expected}) {
    TM_TRY(const auto ns, in.i64());
    *at = Timestamp::from_ns(ns);
  }
  TM_TRY(const auto count, in.varint());
  if (count > in.left()) return fail(Errc::corrupt, "a note of values is cut short");
  Timestamp before = out.since;
  for (std::uint64_t i = 0; i < count; ++i) {
    MathValue each;
    TM_TRY(const auto steps, in.svarint());
    TM_TRY(each.value, in.f64());
    const std::int64_t most = Duration::max() / out.period;
    const bool ascends = i == 0 || steps > 0;
    if (!ascends || steps > most || steps < -most || !std::isfinite(each.value)) {
      return fail(Errc::corrupt, "a note holds an impossible value");
    }
    each.start = before + out.period * steps;
    if (each.start - before != out.period * steps) {
      return fail(Errc::corrupt, "a note holds a value of an impossible time");
    }
    before = each.start;
    out.values.push_back(each);
  }
  return out;
}

Result<MathHistoryNote> decode_math_history(ByteSource& in) {
  MathHistoryNote out;
  TM_TRY(out.values, decode_math(in));
  TM_TRY(out.revision, in.varint());
  TM_TRY(out.shard, in.u32());
  return out;
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
      return decode_model<RebuildNote>(in);
    case 4:
      return ClearNote{};
    case 5:
      return decode_model<RebuiltNote>(in);
    case 6:
      return decode_math(in);
    case 7:
      return decode_math_history(in);
    default:
      return fail(Errc::corrupt, "note of an unknown kind");
  }
}

}  // namespace tidemark::judge
