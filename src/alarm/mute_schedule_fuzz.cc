// Three lines of any bytes as expression, duration and time zone; what is taken answers for any
// time.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "alarm/mute_schedule.h"
#include "base/assert.h"

namespace {

std::string_view take_line(std::string_view* rest) {
  const auto end = rest->find('\n');
  const std::string_view line = rest->substr(0, end);
  rest->remove_prefix(end == std::string_view::npos ? rest->size() : end + 1);
  return line;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using tidemark::Timestamp;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const std::string_view expression = take_line(&rest);
  const std::string_view duration = take_line(&rest);
  auto made = tidemark::alarm::MuteSchedule::make(expression, duration, std::string(rest));
  if (!made) return 0;
  for (const Timestamp at : {Timestamp::min(),
                             Timestamp::from_s(0),
                             Timestamp::from_s(1'774'749'600),  // clocks leap in Europe
                             Timestamp::from_s(1'792'890'000),
                             Timestamp::max()}) {
    const auto end = made->muted_until(at);
    TM_ASSERT(!end || *end >= at);
    const auto begin = made->next_begin(at);
    TM_ASSERT(!begin || *begin > at);
  }
  return 0;
}
