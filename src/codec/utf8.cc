#include "codec/utf8.h"

#include <algorithm>

namespace tidemark::codec {
namespace {

struct Lead {
  unsigned follow;          // continuation bytes
  unsigned char low, high;  // what the first continuation byte may be (Unicode, table 3-7)
};

bool read_lead(unsigned char c, Lead* lead) {
  if (c >= 0xc2 && c <= 0xdf)
    *lead = {1, 0x80, 0xbf};
  else if (c == 0xe0)
    *lead = {2, 0xa0, 0xbf};
  else if (c == 0xed)
    *lead = {2, 0x80, 0x9f};
  else if (c >= 0xe1 && c <= 0xef)
    *lead = {2, 0x80, 0xbf};
  else if (c == 0xf0)
    *lead = {3, 0x90, 0xbf};
  else if (c >= 0xf1 && c <= 0xf3)
    *lead = {3, 0x80, 0xbf};
  else if (c == 0xf4)
    *lead = {3, 0x80, 0x8f};
  else
    return false;
  return true;
}

// Bytes of the valid character that starts here; 0: none does.
std::size_t character_size(std::string_view text) {
  const auto c = static_cast<unsigned char>(text[0]);
  if (c < 0x80) return 1;
  Lead lead{};
  if (!read_lead(c, &lead) || text.size() - 1 < lead.follow) return 0;
  for (unsigned k = 1; k <= lead.follow; ++k) {
    const auto next = static_cast<unsigned char>(text[k]);
    if (next < (k == 1 ? lead.low : 0x80) || next > (k == 1 ? lead.high : 0xbf)) return 0;
  }
  return lead.follow + 1;
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

std::string replace_invalid_utf8(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    out.append(size > 0 ? text.substr(0, size) : std::string_view("\xef\xbf\xbd"));
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return out;
}

std::size_t count_code_points(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
  }));
}

void append_utf8(std::uint32_t code_point, std::string* out) {
  const auto tail = [&](unsigned shift) {
    out->push_back(static_cast<char>(0x80U | ((code_point >> shift) & 0x3fU)));
  };
  if (code_point < 0x80) {
    out->push_back(static_cast<char>(code_point));
  } else if (code_point < 0x800) {
    out->push_back(static_cast<char>(0xc0U | (code_point >> 6U)));
    tail(0);
  } else if (code_point < 0x10000) {
    out->push_back(static_cast<char>(0xe0U | (code_point >> 12U)));
    tail(6), tail(0);
  } else {
    out->push_back(static_cast<char>(0xf0U | (code_point >> 18U)));
    tail(12), tail(6), tail(0);
  }
}

}  // namespace tidemark::codec
