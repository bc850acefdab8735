#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "codec/aws_protocol.h"
#include "codec/cbor.h"

namespace codec = tidemark::codec;

// The bytes are the body of a CBOR call; what was read and written once must not change any more.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  if (const auto document = codec::read_cbor(body)) {
    const std::string written = codec::write_cbor(*document);
    const auto again = codec::read_cbor(written);
    TM_ASSERT(again.has_value() && codec::write_cbor(*again) == written);
  }
  const codec::HttpView request{"POST",
                                "/service/GraniteServiceVersion20100801/operation/PutMetricAlarm",
                                "",
                                body,
                                [](std::string_view) { return std::nullopt; }};
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
