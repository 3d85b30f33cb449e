console.log(`npm run setup                       what is missing on this machine, and how to get it
npm run up                          brings everything up, or what is missing
npm run status                      what runs and what does not
npm run logs -- STACK [COMPONENT]   what pods say
npm run images                      loads the images that you build
npm run example -- --repo FOLDER    runs the examples of a checkout
npm run down                        stops the port-forwards; data stays
npm run tear                        deletes everything, and asks before

PLATFORM_ENV chooses the environment, PLATFORM_STACKS its stacks; each command has --help.`);
