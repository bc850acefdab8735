#include "web/page_address.h"

#include <algorithm>
#include <iterator>

namespace tidemark::web {
namespace {

constexpr std::string_view kPages[] = {"/", "/now", "/explore", "/alarms", "/calendars"};
constexpr std::string_view kAlarm = "/alarms/";
/// First parts of addresses: the operator's door, own and Prometheus' API, OTLP, SNS, moto, RPC of
/// AWS, and the files of the UI itself, which its pages ask for.
constexpr std::string_view kProgramParts[] = {
    "-", "api", "metrics", "v1", "sns", "moto-api", "service", "assets"};

template <typename List>
bool holds(const List& list, std::string_view item) {
  return std::find(std::begin(list), std::end(list), item) != std::end(list);
}

}  // namespace

bool is_page(std::string_view path) {
  if (holds(kPages, path)) return true;
  return path.starts_with(kAlarm) && path.size() > kAlarm.size() &&
         path.find('/', kAlarm.size()) == std::string_view::npos;
}

std::optional<std::string> page_without_slash(std::string_view path) {
  if (path.size() < 2 || path.back() != '/') return std::nullopt;
  const std::size_t last = path.find_last_not_of('/');
  // Of nothing but slashes the first is the page's own.
  const std::string_view page = path.substr(0, last == std::string_view::npos ? 1 : last + 1);
  return is_page(page) ? std::optional<std::string>(page) : std::nullopt;
}

bool is_for_programs(std::string_view path) {
  const std::string_view inner = path.substr(path.starts_with('/') ? 1 : 0);
  return holds(kProgramParts, inner.substr(0, inner.find('/')));
}

}  // namespace tidemark::web
