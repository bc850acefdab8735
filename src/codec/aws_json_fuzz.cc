#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "codec/aws_protocol.h"
#include "codec/json.h"

namespace codec = tidemark::codec;

// The bytes are the body of a JSON call; what was read must survive being written and read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  if (const auto document = codec::read_json(body)) {
    TM_ASSERT(codec::read_json(codec::write_json(*document)).has_value());
  }
  const auto header = [](std::string_view name) -> std::optional<std::string_view> {
    if (name == "x-amz-target") return "GraniteServiceVersion20100801.PutMetricData";
    return std::nullopt;
  };
  const codec::HttpView request{"POST", "/", "", body, header};
  codec::AwsCall call = codec::decode_head(request, "id");
  const auto refusal = codec::decode_body(request, &call);
  if (refusal) {
    codec::encode_error(call, *refusal);
  } else if (const auto violation = codec::validate(call)) {
    codec::encode_error(call, *violation);
  } else {
    codec::encode_reply(call, call.input);
  }
  return 0;
}
