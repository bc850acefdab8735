// Configuration files of any bytes: taken, or refused with the file's name; reading one twice gives
// the same.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "server/config.h"
#include "server/reload.h"
#include "testing/faulty_files.h"

namespace {

constexpr const char* kPath = "tidemark.yaml";

void write(tidemark::FileSystem& files, const std::string& path, std::string_view bytes) {
  auto file = files.create(path);
  TM_ASSERT(file.has_value());
  TM_ASSERT((*file)->append(bytes).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tidemark::testing::FaultyFiles files;
  write(files, kPath, {reinterpret_cast<const char*>(data), size});
  write(files, "secret", "s3cret\n");
  tidemark::server::Config first;
  const auto read = read_config_file(files, kPath, &first);
  if (!read) {
    TM_ASSERT(read.error().what.find(kPath) != std::string::npos);
    return 0;
  }
  tidemark::server::Config second;
  TM_ASSERT(read_config_file(files, kPath, &second).has_value());
  TM_ASSERT(tidemark::server::reload_summary(first, second) == "nothing to take over");
  (void)check_config(first);
  return 0;
}
