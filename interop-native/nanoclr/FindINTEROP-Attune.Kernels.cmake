# The kernels as an interop assembly of nanoCLR. Copy this file to CMake/Modules of nf-interpreter, set NF_INTEROP_ASSEMBLIES
# to "Attune.Kernels", and say with cache variables of the build:
#   ATTUNE_NATIVE   the folder interop-native; else InteropAssemblies/Attune.Kernels
#   ATTUNE_ARENA_BYTES, ATTUNE_ARENA_SECTION, ATTUNE_MODEL_BYTES, ATTUNE_MODEL_SECTION,
#   ATTUNE_MODEL_ADDRESS, ATTUNE_MODEL_SYMBOL, ATTUNE_MODEL_REGION   memory: see attune.h; only the first is needed
# docs/DEVICE.md has values for boards.

if(NOT ATTUNE_NATIVE)
  set(ATTUNE_NATIVE ${PROJECT_SOURCE_DIR}/InteropAssemblies/Attune.Kernels)
endif()
if(NOT EXISTS ${ATTUNE_NATIVE}/include/attune.h)
  message(FATAL_ERROR "ATTUNE_NATIVE: ${ATTUNE_NATIVE} is not Attune's folder interop-native; copy it there or name it")
endif()
if(NOT ATTUNE_ARENA_BYTES)
  message(FATAL_ERROR "ATTUNE_ARENA_BYTES is not set: bytes of RAM for training, such as 131072 (docs/DEVICE.md of Attune)")
endif()

file(GLOB Attune.Kernels_STUBS CONFIGURE_DEPENDS ${ATTUNE_NATIVE}/nanoclr/*.cpp)
file(GLOB_RECURSE Attune.Kernels_KERNELS CONFIGURE_DEPENDS ${ATTUNE_NATIVE}/src/*.c)
list(FILTER Attune.Kernels_KERNELS EXCLUDE REGEX "/src/x86/")
set(Attune.Kernels_SOURCES ${Attune.Kernels_STUBS} ${Attune.Kernels_KERNELS})
set(Attune.Kernels_INCLUDE_DIRS ${ATTUNE_NATIVE}/include ${ATTUNE_NATIVE}/nanoclr
  ${PROJECT_SOURCE_DIR}/src/CLR/Core ${PROJECT_SOURCE_DIR}/src/CLR/Include
  ${PROJECT_SOURCE_DIR}/src/HAL/Include ${PROJECT_SOURCE_DIR}/src/PAL/Include)

set(Attune.Kernels_DEFINITIONS "")
foreach(name ARENA_BYTES ARENA_SECTION MODEL_BYTES MODEL_SECTION MODEL_ADDRESS MODEL_SYMBOL MODEL_REGION)
  if(ATTUNE_${name})
    list(APPEND Attune.Kernels_DEFINITIONS ATTUNE_${name}=${ATTUNE_${name}})
  endif()
endforeach()

# After the firmware's own options: full optimisation, with memcpy of a few bytes as plain loads, and the same bits as
# on the desktop.
set_source_files_properties(${Attune.Kernels_KERNELS} PROPERTIES
  COMPILE_DEFINITIONS "${Attune.Kernels_DEFINITIONS}"
  COMPILE_OPTIONS "-O3;-fbuiltin;-ffp-contract=off")

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(INTEROP-Attune.Kernels DEFAULT_MSG Attune.Kernels_INCLUDE_DIRS Attune.Kernels_SOURCES)
