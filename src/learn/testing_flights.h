#pragma once

#include <fstream>
#include <string>
#include <vector>

#include "base/time.h"

namespace tidemark::learn {

/// The daily load of the demo, for tests: flights out of New York City in 2013.
struct FlightDay {
  std::string date;
  double records_read = 0;
  [[nodiscard]] Timestamp start() const { return *parse_rfc3339(date + "T00:00:00Z"); }
};

/// tests/data/flights, in order.
inline std::vector<FlightDay> flights() {
  std::ifstream in(std::string(TIDEMARK_SOURCE_DIR) +
                   "/tests/data/flights/nyc_flights_2013_daily.csv");
  std::vector<FlightDay> out;
  std::string row;
  std::getline(in, row);
  while (std::getline(in, row)) {
    const std::size_t second = row.find(',', row.find(',') + 1) + 1;
    out.push_back({row.substr(0, 10), std::stod(row.substr(second))});
  }
  return out;
}

}  // namespace tidemark::learn
