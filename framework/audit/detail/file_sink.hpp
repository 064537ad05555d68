// Private to the room: an audit trail in files.
#pragma once

#include <sys/types.h>

#include <candela/audit/sink.hpp>
#include <candela/core/descriptor.hpp>
#include <cstddef>

namespace candela::audit::detail {

/// What a file system does and may fail to do. Tests put others in their place.
struct file_calls {
  ssize_t (*write)(int file, const void* bytes, std::size_t count);
  int (*sync)(int file);
  int (*truncate)(int file, off_t size);

  [[nodiscard]] static file_calls of_system() noexcept;
};

class file_sink final : public sink {
 public:
  file_sink(std::filesystem::path folder, const file_calls& calls) : folder_(std::move(folder)), calls_(calls) {}

  result<found_trail> open(const std::string& stream, const jose::key_set& keys) override;
  result<> begin_file(const std::string& name) override;
  result<> append(std::string_view lines) override;
  result<> sync() override;
  void close() noexcept override;

 private:
  result<> lock(const std::string& stream);
  result<found_trail> take_up(const std::filesystem::path& file, const jose::key_set& keys);
  result<> keep_copy(const std::filesystem::path& file, std::string_view torn);
  result<> set_aside(const std::filesystem::path& file, std::string_view torn);
  result<> write_all(int file, std::string_view bytes);
  result<> sync_folder();

  std::filesystem::path folder_;
  file_calls calls_;
  descriptor lock_;
  descriptor file_;
  std::string name_;          // of the file, for errors
  std::uint64_t whole_ = 0;   // bytes of whole lines in it
  bool has_remains_ = false;  // of a write that failed, behind them
};

}  // namespace candela::audit::detail
