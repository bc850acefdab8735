#include <cstdint>
#include <string_view>

#include "codec/aws_protocol.h"

namespace codec = tidemark::codec;

// The bytes are a form; Action and Version in it choose the shape.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view form(reinterpret_cast<const char*>(data), size);
  const auto header = [](std::string_view name) -> std::optional<std::string_view> {
    if (name == "content-type") return "application/x-www-form-urlencoded";
    return std::nullopt;
  };
  const codec::HttpView request{"POST", "/", "", form, header};
  codec::AwsCall call = codec::decode_head(request, "id");
  const auto refusal = codec::decode_body(request, &call);
  if (refusal) {
    codec::encode_error(call, *refusal);
  } else if (const auto violation = codec::validate(call)) {
    codec::encode_error(call, *violation);
  } else if (codec::is_known_operation(call.service, call.operation)) {
    codec::encode_reply(call, call.input);
  }
  return 0;
}
