# Compiles the page and the API's description in, as assets.cpp. The page's parts are served under a hash of all of them, so that a
# browser may keep them for ever and parts of different versions never meet.
set(page_folder ${PROJECT_SOURCE_DIR}/templates/page)
file(GLOB parts RELATIVE ${page_folder} CONFIGURE_DEPENDS ${page_folder}/*.css ${page_folder}/*.js ${page_folder}/*.svg)

set(type_css "text/css; charset=utf-8")
set(type_html "text/html; charset=utf-8")
set(type_js "text/javascript; charset=utf-8")
set(type_json "application/json")
set(type_svg "image/svg+xml")

set(HOLDFAST_ASSETS "")
function(add_asset path suffix text)
  string(SHA256 tag "${text}")
  string(SUBSTRING ${tag} 0 16 tag)
  string(APPEND HOLDFAST_ASSETS "    {\"${path}\", \"${type_${suffix}}\", \"${tag}\", R\"ASSET(${text})ASSET\"},\n")
  set(HOLDFAST_ASSETS "${HOLDFAST_ASSETS}" PARENT_SCOPE)
endfunction()

set(all "")
foreach(part ${parts})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${page_folder}/${part})
  file(SHA256 ${page_folder}/${part} hash)
  string(APPEND all ${part} ${hash})
endforeach()
string(SHA256 all "${all}")
string(SUBSTRING ${all} 0 12 all)

foreach(part ${parts})
  file(READ ${page_folder}/${part} text)
  string(REGEX REPLACE "^.*\\." "" suffix ${part})
  add_asset("/assets/${all}/${part}" ${suffix} "${text}")
endforeach()

set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${page_folder}/index.html ${CMAKE_CURRENT_SOURCE_DIR}/openapi.json)
file(READ ${page_folder}/index.html text)
string(REPLACE "{{assets}}" "/assets/${all}" text "${text}")
add_asset("/" html "${text}")
file(READ ${CMAKE_CURRENT_SOURCE_DIR}/openapi.json text)
string(REPLACE "{{version}}" "${PROJECT_VERSION}" text "${text}")
add_asset("/api/openapi.json" json "${text}")

configure_file(assets.cpp.in assets.cpp @ONLY)
