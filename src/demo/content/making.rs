//! Questions, machines, and things made by hand.

use super::{Thread, thread};

pub(super) static THREADS: &[Thread] = &[
    thread! {
        64 hours ago, 9 likes: INES as anonymous in ["help"] tagged ["work", "money"]
        "What do people here really earn? I think I am being underpaid and I have no idea whom to ask"
        "I do the same work as two colleagues who started after me. By accident I saw one payslip. It is a fifth more \
         than mine.\n\n\
         I have never asked for a rise. I would not know which number to say. If you are willing: your sort of work, \
         your years at it, and a rough figure, anonymously of course. Or just tell me how you asked."
        CALLUM as anonymous +5 "Software, nine years, 52 thousand before tax. I was at 41 until I asked. It took one \
            conversation, and the answer was \"we were wondering when you would\"."
        INES as anonymous to 0 +2 "\"We were wondering when you would\" makes me want to lie down on the floor."
        JOSS +6 "Ours are on a public table, so no secrets: a nurse with my years is at 37, nights come on top. If \
            your trade has a union, ring them even if you are not a member. They know the numbers."
        OLA +4 "Write down three things that went well because of you. Say the number first and then stop talking. The \
            stopping is the hard part."
        INES as anonymous to 3 +3 "How long did you stop for?"
        OLA to 4 +8 "It felt like a winter. I think it was ten seconds."
        INES as anonymous +7 "I asked. I stopped talking. I got most of it. Thank you, strangers."
    },
    thread! {
        187 hours ago, 8 likes: RAVI as anonymous in ["help"] tagged ["health", "hearing"]
        "I think I am losing my hearing, and I am 41"
        "I nod a lot. I laugh when the others laugh. Last week I answered \"yes, lovely\" to somebody who had told me \
         that her dog died.\n\n\
         I know that I should have it tested. What I want to know first is what comes after: does one get used to a \
         hearing aid? Do people treat you differently? I am embarrassed to be embarrassed about it."
        GUS +10 "Had mine for twelve years. First week: cutlery is terrible. Second week: birds. I had not noticed \
            that there were no birds."
        RAVI as anonymous to 0 +5 "I had to stop for a minute when I read that. When did I last hear a bird?"
        GUS to 1 +7 "Go and get the test. Tell me which bird."
        JOSS +4 "The test takes half an hour and does not hurt. Take somebody along, because you will only hear half \
            of what they tell you, and for once that is a joke you are allowed to make."
        MARGIT +5 "The hall at the fire station has a loop now. Switch the aid to T. And anyone who treats you \
            differently may come and see me."
        RAVI as anonymous to 2 +11 "A wren, I'm told. Very loud for its size."
    },
    thread! {
        22 hours ago, 3 likes: JOSS in ["help"] tagged ["kitchen"]
        "My washing machine walks across the kitchen"
        "It starts under the window and ends at the fridge. I have checked the feet. It only does so on the fast spin, \
         and only with towels. Is this dangerous or just sociable?"
        OLA +4 "Did the transport bolts come out when you moved in? Four big ones, at the back."
        JOSS to 0 +2 "There are four plastic caps at the back?"
        OLA to 1 +3 "If they are caps, the bolts are out. Good. If you can see hexagonal heads, that is your answer."
        JOSS to 2 +5 "I can see hexagonal heads. It has been bolted since I MOVED IN."
        TOBIAS to 3 +7 "So that was the noise. I had been about to ring about the boiler."
        OLA to 3 +2 "Bring them along on Saturday and I will lend you the spanner. Keep the bolts for the next move!"
    },
    thread! {
        92 hours ago, 2 likes: WEN in ["help"] tagged ["wool"]
        "Candle wax on a wool rug"
        "Red wax, cream rug, my own fault. I have heard ice, I have heard a warm iron and brown paper, and I have \
         heard that one of the two makes it much worse. Which?"
        MARGIT +6 "Both, in that order. Ice, lift off what breaks. Then brown paper and a cool iron, moving the paper \
            all the time. The red that stays behind comes out with a dab of spirit. Try a corner first."
        WEN to 0 +3 "It worked. You can only see it if you know, and now everyone here knows."
    },
    thread! {
        146 hours ago, 4 likes: DELPHINE in ["help", "creative"] tagged ["illustration", "money"]
        "What should I charge for a poster?"
        "A small festival wants an A2 poster and the same drawing on tickets and a banner. They asked me for a price. \
         I have a price for the drawing, but not for the drawing being everywhere.\n\n\
         Those of you who sell what you make: do you charge for the hours, or for the use?"
        INES +5 "For the use. The hours are your business, the use is theirs. One price for the poster, half again for \
            every further thing."
        OLA +3 "I charge for hours, and people argue about hours. I have never once seen anybody argue with a use."
        DELPHINE to 1 +4 "That settles it. Quoted, accepted within four minutes, which means that I was too cheap."
        INES to 2 +6 "Everyone is too cheap the first time. You are allowed it once."
    },
    thread! {
        12 hours ago, 6 likes: GUS in ["help"] tagged []
        "How do I make the letters bigger"
        "On this. I have a telephone and a magnifying glass, and I am using both."
        CALLUM +5 "Settings, Display, Text size. The site follows what you set there. If it does not, that is my bug \
            and I want to know."
        GUS to 0 +7 "Bigger. Thank you. You all look younger."
    },
    thread! {
        297 hours ago, 2 likes: PETRA in ["help"] tagged ["damp", "house"]
        "Damp patch, north corner, only when the wind is from the east"
        "Roof was checked, gutter is clean, no pipes in that wall. It is the size of a plate and it comes and goes. \
         The last owner hung a picture over it, which tells me that it is older than I am in this house."
        OLA +3 "East wind and a plate-sized patch: look at the pointing beside the window on that side, not above the \
            patch. Water walks."
    },
    thread! {
        431 hours ago, 1 likes: MARGIT in ["help"] tagged []
        "Does anybody have a projector we could borrow for Friday?"
        "Ours hums louder than the film. Any age, as long as it has a lamp and a lead."
    },
    thread! {
        35 hours ago, 8 likes: CALLUM in ["technology"] tagged ["selfhosting", "hardware"]
        "The box in the cupboard: what it runs, what it costs"
        "Several of you asked, so here it is. One fanless computer the size of a paperback, eight gigabytes of memory, \
         one solid-state disk, second hand. It draws nine watts, about as much as the lamp in the hall. It runs this \
         site, the calendar of the allotments and the sign-up sheet of the repair café, and it is asleep most of the \
         day.\n\n\
         Costs: 110 once, then about 25 a year for power and 12 for the name. We pass a tin around in spring.\n\n\
         Copies: every night to a disk at my flat, every Sunday to one at Margit's, and once a month I pretend that \
         the cupboard has burned down and try to bring everything back on an old laptop. That last part is the only \
         one that matters."
        TOBIAS +4 "Why not just rent something? Honest question, I like the box."
        CALLUM to 0 +5 "Renting is fine. But a rented one costs every month for ever, and this way ten people here \
            have held the thing in their hands and know where it is. That is worth something when it breaks."
        TOBIAS to 1 +3 "As with bikes. People look after what they've seen opened up."
        CALLUM to 2 +4 "Exactly that. Come by and see it opened up. It is very boring, I'm proud of how boring."
        MARGIT to 3 +6 "I can confirm. I brought visitors. They asked where the rest was."
        RAVI +2 "What happens when the power goes?"
        CALLUM to 5 +3 "It stops. It starts again by itself when the power is back, and nothing that was saved is \
            lost. I pulled the plug on it about thirty times before I let you lot in."
    },
    thread! {
        229 hours ago, 7 likes: CALLUM in ["technology"] tagged ["backups", "selfhosting"]
        "I restored a backup on purpose. It did not go well the first time"
        "The copy was perfect. The note on how to use the copy was on the machine that had, for the purpose of the \
         exercise, burned down.\n\n\
         It is now printed, in a plastic sleeve, taped to the inside of Margit's wardrobe. Second try: 19 minutes, \
         nothing missing."
        MARGIT +5 "It hangs between the winter coats. I feel like a bank."
        INES +3 "Reading this I went and looked for my negatives' index. It is in the same box as the negatives. Oh."
    },
    thread! {
        388 hours ago, 3 likes: TOBIAS in ["technology", "outdoors"] tagged ["cycling"]
        "A bike computer that doesn't want an account?"
        "Speed, distance, clock. No map, no phone, no telling anybody how I slept. Does this still exist?"
        RAVI +4 "Mine is from 1998 and has a wire. I will leave it to you in my will."
    },
    thread! {
        254 hours ago, 4 likes: INES in ["technology", "creative"] tagged ["film", "scanning"]
        "Scanning negatives: how big is big enough?"
        "I am scanning nine years of 35 mm and every scan is 60 megabytes. My disk is crying. For prints up to 30 by \
         40 centimetres, do I see any difference between 3200 and 4800 dpi, or only the grain, twice?"
        CALLUM +2 "I can't speak for the eyes, but ask me about compression before you buy a disk. Lossless halves it."
        DELPHINE +3 "I print for a living and I'd say the grain, twice."
    },
    thread! {
        523 hours ago, 2 likes: JOSS in ["technology"] tagged ["wifi"]
        "Wi-Fi through sixty centimetres of brick"
        "The router is in the hall, the bed is behind the old chimney, and the chimney wins. Cable is not allowed \
         (rented). Any ideas that do not cost more than a chimney?"
        CALLUM +3 "Put it on top of the wardrobe in the corridor and turn it on its side. Costs nothing, works more \
            often than it should."
        JOSS to 0 +2 "On its side!! Why does this work."
        CALLUM to 1 +4 "The honest answer is long and the short answer is doughnuts."
    },
    thread! {
        606 hours ago, 3 likes: OLA in ["technology"] tagged ["toollibrary"]
        "The spreadsheet of the tool library has got out of hand"
        "It has eleven sheets, three colours whose meaning nobody remembers, and a cell that says DO NOT DELETE. I \
         would like to go back to index cards. Persuade me otherwise, or bring index cards."
        MARGIT +8 "I have nine thousand blank index cards in the cellar. I have been waiting for this day."
    },
    thread! {
        17 hours ago, 7 likes: INES in ["creative"] tagged ["film", "photography"]
        "Twelve frames from the early ferry"
        "One roll, pushed two stops, five in the morning. Nobody talks on that boat. A man asleep upright with a cake \
         box on his knees, two sisters sharing a pair of gloves, the deckhand's hand on the rope.\n\n\
         The cake box is the one I will print. Contact sheet is on the noticeboard at the bakery if you want to argue \
         for another."
        DELPHINE +3 "The gloves! One each, and they're holding the bare hands together. Please print the gloves."
        INES to 0 +2 "You saw it on that tiny sheet? All right. Both."
    },
    thread! {
        319 hours ago, 9 likes: DELPHINE in ["creative"] tagged ["drawing", "doors"]
        "I am drawing every door on Tannery Lane"
        "There are 64. I have done 23. The rule: ink, no pencil first, twenty minutes, and I must knock afterwards and \
         give the drawing to whoever opens.\n\n\
         So far: three cups of tea, one plum cake, one gentleman who thought that I was from the gas company and \
         showed me the meter. I drew the meter too."
        MARGIT +4 "Mine hangs in the hall. You have caught the dent."
        GUS to 0 +5 "I made that dent. 1987. A wardrobe."
        MARGIT to 1 +7 "Gus Ferreira, you told me that it was there already."
        GUS to 2 +9 "It was, by the time I told you."
    },
    thread! {
        172 hours ago, 5 likes: OLA in ["creative"] tagged ["woodwork"]
        "A stool out of a single plank"
        "Ash, 2.4 metres, no screws, no waste but shavings. Four hours, if you don't count the two evenings I spent \
         looking at it. It holds me, and I am not a small man.\n\n\
         The drawing with the measures is pinned up in the yard. Take a photo and make one."
    },
    thread! {
        84 hours ago, 6 likes: WEN in ["creative", "books"] tagged ["writing"]
        "Six-sentence stories, week four: a key that fits nothing"
        "Six sentences, no more. Post yours below; we read them aloud on Thursday and nobody gives notes."
        PETRA +6 "I kept the key because it was pretty. My aunt kept it because her aunt did. We tried it in every \
            door of three houses. It went to the bottom of a drawer with the string. Last week a crow looked at it for \
            a long time through the window. I have started to wonder which of us it was for."
        WEN to 0 +3 "The string in the drawer does so much work."
        GUS +8 "I had a key for the cab. They changed the cabs. I had a key for the depot. They sold the depot. I have \
            a key for the house. She still leaves the door open."
        JOSS to 2 +5 "I'm reading this on the ward and pretending that I have hay fever."
    },
    thread! {
        452 hours ago, 4 likes: MARGIT in ["creative"] tagged ["mending"]
        "Darning so that it shows"
        "I spent forty years making mends invisible. Now the young ask me for orange wool on grey elbows. I was cross \
         about it for a week and then I did one, and I must say that it looks like a small sunrise."
        YUSRA +3 "I have two aprons that need a sunrise."
    },
];
