// Notes of the log and the saved state of a shard's models, from hostile bytes: refused, or a value
// that is written as it was read.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "judge/run/notes.h"
#include "judge/run/shard_models.h"
#include "testing/empty_shard.h"

namespace tidemark::judge {
namespace {

class Board final : public StatusBoard {
 public:
  void publish(const std::string& /*id*/, Duration /*period*/, const ModelStatus& /*s*/) override {}
  void publish_always_on(std::size_t /*shard*/, const AlwaysOnStatus& /*status*/) override {}
  void rebuilt(const std::string& /*id*/, Duration /*period*/) override {}
  void register_detector(const std::string& /*id*/, const DetectorSpec* /*spec*/) override {}
};

void check_note(std::string_view bytes) {
  const auto note = decode_note(bytes);
  if (!note) return;
  const std::string written = encode_note(*note);
  const auto again = decode_note(written);
  TM_ASSERT(again && encode_note(*again) == written);
}

void check_state(std::string_view bytes) {
  static Worker background("rebuild");
  Board board;
  testing::EmptyShard shard;
  ByteSource in(bytes);
  ShardModels models(board, background);
  if (!models.restore(shard, in)) return;
  ByteSink written;
  models.save(shard, written);
  ByteSource again(written.view());
  ShardModels second(board, background);
  TM_ASSERT(second.restore(shard, again).has_value());
  ByteSink rewritten;
  second.save(shard, rewritten);
  TM_ASSERT(rewritten.view() == written.view());
  second.advance(shard, Timestamp::from_s(1'700'000'000));
}

}  // namespace
}  // namespace tidemark::judge

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  tidemark::judge::check_note(bytes);
  tidemark::judge::check_state(bytes);
  return 0;
}
