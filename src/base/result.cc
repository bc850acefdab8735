#include "base/result.h"

namespace tidemark {

std::string errc_name(Errc code) {
  switch (code) {
    case Errc::invalid:
      return "invalid";
    case Errc::not_found:
      return "not_found";
    case Errc::exists:
      return "exists";
    case Errc::limit:
      return "limit";
    case Errc::overloaded:
      return "overloaded";
    case Errc::denied:
      return "denied";
    case Errc::unauthorized:
      return "unauthorized";
    case Errc::io:
      return "io";
    case Errc::corrupt:
      return "corrupt";
    case Errc::timeout:
      return "timeout";
    case Errc::unavailable:
      return "unavailable";
    case Errc::internal:
      return "internal";
  }
  return "internal";
}

}  // namespace tidemark
